//! Which redirects are followed, and with what.
//!
//! The main type is [`Chain`], which knows no client: it makes requests of answers. Invariants,
//! whatever a server writes into `Location`:
//!
//! - a request leaves for the origin of the case (scheme, host and port) or for one that the user
//!   named, and nowhere else; `http` and `https` of one host are two origins;
//! - another origin gets no field, no cookie, no body and no credential of the case, and is only
//!   asked by a method that reads; nor does any request behind it in the chain, back home either;
//! - an answer that leads where nothing may go is the answer.

use reqwest::Url;

use super::exchange::{Fate, Hop, SendError};
use super::outgoing;
use crate::message::{Answer, Headers, Origin, Redirects, Request};

/// The fields that speak of a body, which go when it goes (Fetch standard, "request-body-header
/// name"; Postman takes `Content-Type` and `Content-Length` away).
const OF_A_BODY: [&str; 5] =
    ["content-encoding", "content-language", "content-length", "content-location", "content-type"];

/// The way of one request through redirects.
#[derive(Debug)]
pub(super) struct Chain<'r> {
    rules: &'r Redirects,
    /// The origin of the case.
    home: Origin,
    /// The request that was sent last.
    request: Request,
    /// Whether it is on its own: the chain left the origin of the case.
    bare: bool,
    followed: u32,
    /// The URLs that were asked, to tell a circle.
    asked: Vec<String>,
    hops: Vec<Hop>,
}

/// What is done with an answer.
#[derive(Debug)]
pub(super) enum Step {
    /// It is the answer.
    Done,
    /// This is sent next.
    Follow(Next),
    /// The limit is reached.
    GiveUp(SendError),
}

/// A request that a redirect asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Next {
    pub(super) request: Request,
    /// Without anything of the case: it is neither signed nor gets or sets cookies.
    pub(super) bare: bool,
}

impl<'r> Chain<'r> {
    /// Begins with the request of the case, before its auth is written into it.
    pub(super) fn new(rules: &'r Redirects, request: &Request) -> Self {
        let asked = vec![request.url()];
        let (home, request) = (request.origin.clone(), request.clone());
        Self { rules, home, request, bare: false, followed: 0, asked, hops: Vec::new() }
    }

    /// Where the answers led, and what was done about it.
    pub(super) fn into_hops(self) -> Vec<Hop> {
        self.hops
    }

    /// What to do with the answer to what was sent last.
    pub(super) fn step(&mut self, answer: &Answer) -> Step {
        if !matches!(answer.status, 301 | 302 | 303 | 307 | 308) {
            return Step::Done;
        }
        let mut locations = answer.headers.get_all("location");
        let Some(location) = locations.next().filter(|location| !location.is_empty()) else {
            return Step::Done;
        };
        let several = locations.any(|other| other != location);
        let led = if several { Err("there are several Location fields") } else { self.led(location) };
        let next = led.and_then(|(url, origin)| Ok((self.next(answer.status, &url, origin)?, url)));
        let (next, url) = match next {
            Ok(next) => next,
            Err(why) => {
                self.hops.push(Hop {
                    status: answer.status,
                    to: location.to_owned(),
                    fate: Fate::Refused(why),
                });
                return Step::Done;
            }
        };
        if self.followed >= self.rules.limit {
            let circle = self.asked.contains(&next.request.url());
            return Step::GiveUp(SendError::Redirects { limit: self.rules.limit, circle });
        }
        self.followed += 1;
        self.asked.push(next.request.url());
        let method = next.request.method.clone();
        self.hops.push(Hop { status: answer.status, to: url.into(), fate: Fate::Followed { method } });
        self.request = next.request.clone();
        self.bare = next.bare;
        Step::Follow(next)
    }

    /// The place that `Location` names, relative to what was asked (RFC 9110 §10.2.2), if something
    /// may go there.
    fn led(&self, location: &str) -> Result<(Url, Origin), &'static str> {
        // The URL parser drops tabs and line breaks, so that `/\t/host` would be `//host`.
        if location.chars().any(char::is_control) {
            return Err("the Location holds a control character");
        }
        let base = outgoing::url(&self.request).map_err(|_| "there is nothing it could be relative to")?;
        let mut url = base.join(location).map_err(|_| "the Location is no URL")?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err("it is neither http nor https");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("there is a user name or password in it");
        }
        url.set_fragment(None);
        let origin = Origin::parse(url.as_str()).map_err(|_| "the Location is no URL")?;
        if origin != self.home && !self.rules.named.contains(&origin) {
            return Err("it leads to another origin, which neither the base URL nor `[target] hosts` names");
        }
        Ok((url, origin))
    }

    /// The request for that place.
    fn next(&self, status: u16, url: &Url, origin: Origin) -> Result<Next, &'static str> {
        let sent = &self.request;
        let drops = !self.rules.keep_method && matches!(status, 301..=303);
        let method = if drops && sent.method != "HEAD" { "GET" } else { &sent.method };
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        let target = format!("{}{query}", url.path());
        let bare = self.bare || origin != self.home;
        let mut request = Request {
            method: method.to_owned(),
            origin,
            target,
            headers: Headers::new(),
            body: sent.body.clone().filter(|_| !drops && !bare),
        };
        if bare && !request.is_safe() {
            return Err("it asks to send a method that may write to another origin");
        }
        if !bare {
            request.headers = self.kept(drops);
        }
        // What cannot be sent is not followed: the answer that asked for it is told instead.
        outgoing::url(&request).map_err(|_| "the Location is a URL that cannot be sent")?;
        Ok(Next { request, bare })
    }

    /// The fields that stay at the same origin, with `Referer` as Postman writes it: the whole URL,
    /// without user and fragment, which a [`Request`] does not have.
    fn kept(&self, without_body: bool) -> Headers {
        let goes = |name: &str| without_body && OF_A_BODY.iter().any(|gone| name.eq_ignore_ascii_case(gone));
        let mut headers: Headers = self.request.headers.iter().filter(|(name, _)| !goes(name)).collect();
        if !self.rules.no_referer
            && let Ok(url) = outgoing::url(&self.request)
        {
            headers.set("Referer", url.as_str());
        }
        headers
    }
}

#[cfg(test)]
mod tests;
