//! Serves the examples of a plan on loopback, so that every case can be had without the real API.
//!
//! The main type is [`Mock`]. It is made from the cases of a [`Plan`] alone:
//!
//! - `catalogue` finds the case that a request asks for: by name first, then as Postman's mock
//!   servers do, by method, path, query and body.
//! - `credential` knows which fields of a planned request are its credential. Where none of them
//!   arrives, the item's 401 example is the answer, as a real API would have it.
//! - `example` makes the answer of an example, `answer` turns answers into HTTP.
//!
//! [`BoundMock::serve_also`] serves further answers, each by its name alone: changed ones, for the
//! proof that a change is found on the wire, too.
//!
//! Invariants: the same request always gets the same answer, no request changes what the next one
//! gets, and the server listens on 127.0.0.1 only.

mod answer;
mod asked;
mod catalogue;
mod credential;
mod example;
mod path;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::http::{Request, Response};
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::message::{Answer, Origin};
use crate::placeholder::Filler;
use crate::plan::Plan;
use asked::Asked;
use catalogue::{Catalogue, Choice};

pub use example::served;

/// The largest request body that is read, in bytes; a larger one is answered with 413.
pub(crate) const MAX_REQUEST_BODY: usize = 16 * 1024 * 1024;

/// How long [`Mock::stop`] waits for answers that are under way.
const STOP_WITHIN: Duration = Duration::from_secs(1);

/// How the mock is started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MockOptions {
    /// The port on 127.0.0.1; `None` takes a free one.
    pub port: Option<u16>,
    /// Seeds the values that stand for type placeholders: equal seeds, equal answers.
    pub seed: u64,
}

/// Why the mock does not run.
#[derive(Debug, thiserror::Error)]
pub enum MockError {
    /// Another program listens on the port.
    #[error("port {port} on 127.0.0.1 is in use; give another one, or none to take a free one")]
    PortInUse {
        /// The port.
        port: u16,
    },
    /// The port needs rights that this process lacks (on most systems ports below 1024).
    #[error("port {port} on 127.0.0.1 may not be used; give one from 1024 on, or none to take a free one")]
    PortDenied {
        /// The port.
        port: u16,
    },
    /// Anything else that keeps a socket from listening.
    #[error("cannot listen on 127.0.0.1: {0}")]
    Listen(#[source] std::io::Error),
}

/// A mock that has its port and does not answer yet.
#[derive(Debug)]
pub struct BoundMock {
    listener: TcpListener,
    origin: Origin,
    seed: u64,
}

impl BoundMock {
    /// Where it listens.
    pub fn origin(&self) -> Origin {
        self.origin.clone()
    }

    /// Serves every case of the plan, all suites on one port.
    pub fn serve(self, plan: &Plan) -> Mock {
        self.serve_also(plan, HashMap::new())
    }

    /// Serves every case of the plan, and beside them these answers, each to a request that names it
    /// in `x-mock-response-id`.
    pub fn serve_also(self, plan: &Plan, named: HashMap<String, Answer>) -> Mock {
        let catalogue = Catalogue::new(plan);
        let shared = Arc::new(Served { catalogue, named, filler: Filler::new(self.seed) });
        let router = Router::new().fallback(move |request: Request<Body>| {
            let served = Arc::clone(&shared);
            async move { served.respond(request).await }
        });
        // Without it, an answer of two small writes waits for the peer's delayed acknowledgement.
        let listener = self.listener.tap_io(|stream| drop(stream.set_nodelay(true)));
        let (running, stopped) = oneshot::channel::<()>();
        let server = tokio::spawn(async move {
            let stopped = async move { drop(stopped.await) };
            // Its result is `Ok` always: errors of single connections end these alone.
            drop(axum::serve(listener, router).with_graceful_shutdown(stopped).await);
        });
        Mock { origin: self.origin, running: Some(running), server }
    }
}

/// A running mock server. It stops when it is dropped.
#[derive(Debug)]
pub struct Mock {
    origin: Origin,
    /// Dropping it asks the server to stop.
    running: Option<oneshot::Sender<()>>,
    server: JoinHandle<()>,
}

impl Mock {
    /// Takes the port, so that requests can be planned for it; they are answered after
    /// [`BoundMock::serve`].
    ///
    /// Must be called inside of a tokio runtime, which carries the server. Fails where the port
    /// cannot be had.
    ///
    /// ```
    /// use uphold::mock::{Mock, MockOptions};
    /// use uphold::plan::Plan;
    ///
    /// # tokio::runtime::Runtime::new().unwrap().block_on(async {
    /// let bound = Mock::bind(MockOptions::default()).await?;
    /// assert!(bound.origin().is_loopback());
    /// let mock = bound.serve(&Plan { suites: Vec::new() });
    /// mock.stop().await;
    /// # Ok::<(), uphold::mock::MockError>(()) }).unwrap();
    /// ```
    pub async fn bind(options: MockOptions) -> Result<BoundMock, MockError> {
        let port = options.port.unwrap_or(0);
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let listener = TcpListener::bind(address).await.map_err(|error| refusal(port, error))?;
        let port = listener.local_addr().map_err(MockError::Listen)?.port();
        Ok(BoundMock { listener, origin: Origin::loopback(port), seed: options.seed })
    }

    /// Where it listens.
    pub fn origin(&self) -> Origin {
        self.origin.clone()
    }

    /// Stops, and returns when the port is free: answers under way are finished first, for one
    /// second at the most.
    pub async fn stop(mut self) {
        self.running = None;
        if tokio::time::timeout(STOP_WITHIN, &mut self.server).await.is_err() {
            self.server.abort();
        }
    }
}

/// Tells apart why a socket does not listen.
fn refusal(port: u16, error: std::io::Error) -> MockError {
    match error.kind() {
        std::io::ErrorKind::AddrInUse => MockError::PortInUse { port },
        std::io::ErrorKind::PermissionDenied => MockError::PortDenied { port },
        _ => MockError::Listen(error),
    }
}

/// What the handler needs for every request.
#[derive(Debug)]
struct Served {
    catalogue: Catalogue,
    named: HashMap<String, Answer>,
    filler: Filler,
}

impl Served {
    /// The whole of a request's way: read, choose, answer.
    async fn respond(&self, request: Request<Body>) -> Response<Body> {
        let (head, body) = request.into_parts();
        // What is announced too large is refused before it is sent.
        let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
        if announced > MAX_REQUEST_BODY {
            return answer::too_large(MAX_REQUEST_BODY);
        }
        let Ok(body) = axum::body::to_bytes(body, MAX_REQUEST_BODY).await else {
            return answer::too_large(MAX_REQUEST_BODY);
        };
        let asked = Asked::new(&head, &body);
        if let Some(answer) = asked.wish("x-mock-response-id").and_then(|name| self.named.get(name)) {
            return answer::response(answer);
        }
        match self.catalogue.choose(&asked) {
            Choice::Example(entry) => {
                answer::response(&example::of_example(&entry.case, self.filler, asked.method))
            }
            Choice::Unauthorised(entry) => answer::unauthorised(entry),
            Choice::Nothing(closest) => answer::nothing(&asked, &closest),
        }
    }
}
