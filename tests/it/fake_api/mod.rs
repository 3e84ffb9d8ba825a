//! A server that behaves like two real APIs: Zoho CRM's users and Zendesk's bulk import of users.
//!
//! It shares no code with the mock and holds no saved answer: it checks credentials, keeps state
//! and makes each answer by rule, with headers that change from call to call. What it does can be
//! changed in exactly one way ([`Mutation`]), so that a test can see which cases notice.

mod mutation;
mod tests;
mod zendesk;
mod zoho;

use std::hash::{BuildHasher, RandomState};
use std::net::{Ipv4Addr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use serde_json::Value;
use tokio::sync::oneshot;

pub(crate) use mutation::Mutation;

/// How the server is set up.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    /// Zoho's access token with every scope.
    pub(crate) zoho_token: String,
    /// Zoho's access token without the scope for users.
    pub(crate) zoho_narrow_token: String,
    /// The e-mail address of Zendesk's agent; the user name is `<e-mail>/token`.
    pub(crate) zendesk_email: String,
    /// Zendesk's API token.
    pub(crate) zendesk_token: String,
    /// The one thing that is different from the documentation.
    pub(crate) mutation: Mutation,
    /// The answers that it is different in, by their [`Reply::kind`].
    pub(crate) on: &'static str,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            zoho_token: "1000.full-scope-token".to_owned(),
            zoho_narrow_token: "1000.narrow-scope-token".to_owned(),
            zendesk_email: "agent@example.com".to_owned(),
            zendesk_token: "zendesk-api-token".to_owned(),
            mutation: Mutation::None,
            on: "SUCCESS",
        }
    }
}

impl Options {
    /// The same server with one change in the answers of one kind.
    pub(crate) fn with(mutation: Mutation, on: &'static str) -> Self {
        Self { mutation, on, ..Self::default() }
    }
}

/// A request that arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) method: String,
    /// Path and query.
    pub(crate) target: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

/// An answer before it is written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reply {
    /// What happened: the result code, or `JOB_STATUS` for Zendesk's success.
    pub(crate) kind: &'static str,
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Value,
}

/// A running server with its own thread. It stops when it is dropped.
#[derive(Debug)]
pub(crate) struct FakeApi {
    base_url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl FakeApi {
    /// Starts it on a free port of 127.0.0.1.
    pub(crate) fn start(options: Options) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        listener.set_nonblocking(true).expect("a socket for tokio");
        let base_url = format!("http://{}", listener.local_addr().expect("its address"));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let api = Arc::new(Apis {
            zoho: Mutex::new(zoho::Zoho::new()),
            zendesk: Mutex::new(zendesk::Zendesk::new(&base_url)),
            seen: Arc::clone(&seen),
            options,
        });
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::spawn(move || serve(listener, api, stopped));
        Self { base_url, seen, stop: Some(stop), thread: Some(thread) }
    }

    /// `http://127.0.0.1:PORT`, for both APIs.
    pub(crate) fn base_url(&self) -> String {
        self.base_url.clone()
    }

    /// Every request so far, in the order of arrival.
    pub(crate) fn requests(&self) -> Vec<Seen> {
        locked(&self.seen).clone()
    }
}

impl Drop for FakeApi {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            // A panic of the server must not be a second panic while a failing test unwinds.
            drop(thread.join());
        }
    }
}

#[derive(Debug)]
struct Apis {
    zoho: Mutex<zoho::Zoho>,
    zendesk: Mutex<zendesk::Zendesk>,
    seen: Arc<Mutex<Vec<Seen>>>,
    options: Options,
}

fn serve(listener: TcpListener, api: Arc<Apis>, stopped: oneshot::Receiver<()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async move {
        let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
        let router = Router::new().fallback(move |request: Request<Body>| {
            let api = Arc::clone(&api);
            async move { api.answer(request).await }
        });
        tokio::select! {
            _ = axum::serve(listener, router) => {}
            _ = stopped => {}
        }
    });
}

impl Apis {
    async fn answer(&self, request: Request<Body>) -> Response<Body> {
        let (head, body) = request.into_parts();
        let body = axum::body::to_bytes(body, 1 << 20).await.unwrap_or_default();
        let target = head.uri.path_and_query().map_or("/", |target| target.as_str());
        let text = |value: &axum::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let seen = Seen {
            method: head.method.to_string(),
            target: target.to_owned(),
            headers: head.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
            body: String::from_utf8_lossy(&body).into_owned(),
        };
        locked(&self.seen).push(seen.clone());
        let reply = if seen.target.starts_with("/crm/") {
            locked(&self.zoho).answer(&seen, &self.options)
        } else {
            locked(&self.zendesk).answer(&seen, &self.options)
        };
        if reply.kind == self.options.on {
            return written(&self.options.mutation.applied(reply));
        }
        written(&reply)
    }
}

fn written(reply: &Reply) -> Response<Body> {
    let mut response = Response::builder().status(reply.status);
    for (name, value) in &reply.headers {
        response = response.header(*name, value);
    }
    response.body(Body::from(reply.body.to_string())).expect("headers of our own")
}

/// The value, also after a panic elsewhere: it is replaced whole or not at all.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// 32 hexadecimal digits, other ones at every call.
fn fresh_hex() -> String {
    let half = || RandomState::new().hash_one(std::time::Instant::now());
    format!("{:016x}{:016x}", half(), half())
}
