//! Connections that were kept for a next request and that the server has closed meanwhile.
//!
//! A server may close an idle connection at any moment, also in the one in which the next request
//! goes out on it (RFC 9112 §9.3.1). Such a request says nothing about the server, but only a request
//! of an idempotent method may be sent again (RFC 9110 §9.2.2). One of any other method would be lost, so it
//! is not sent on a kept connection in the first place: each costs a connection of its own.
//!
//! The client underneath does not say whether it took a kept connection. So every request notes the
//! connections that are opened for it ([`Opened`]), and one that fails on another was sent on a
//! kept one.

use std::collections::HashSet;
use std::error::Error;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::{Connected, Connection, HttpInfo};
use tower_layer::Layer;
use tower_service::Service;

tokio::task_local! {
    static OPENED: Opened;
}

/// The connections that were opened for one request, by their own end's address.
#[derive(Debug, Clone, Default)]
pub(super) struct Opened {
    addresses: Arc<Mutex<HashSet<SocketAddr>>>,
}

impl Opened {
    /// Does this work, and notes what is opened for it by clients with the layer [`Noting`].
    pub(super) async fn noted<T>(&self, work: impl Future<Output = T>) -> T {
        OPENED.scope(self.clone(), work).await
    }

    /// Whether the error is that the other side closed a connection that had been opened for another
    /// request, and that no whole head of an answer to this one came.
    ///
    /// HTTP/1.1 only: in HTTP/2 a request that the server did not take is sent again by the client
    /// underneath.
    pub(super) fn stale(&self, error: &reqwest::Error) -> bool {
        let client = chain(error).find_map(|error| error.downcast_ref::<legacy::Error>());
        let address = client.and_then(|client| address(client.connect_info()?));
        let kept = address.is_some_and(|address| !self.locked().contains(&address));
        kept && chain(error).any(closed)
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, HashSet<SocketAddr>> {
        self.addresses.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn address(connected: &Connected) -> Option<SocketAddr> {
    let mut extensions = http::Extensions::new();
    connected.get_extras(&mut extensions);
    extensions.get::<HttpInfo>().map(HttpInfo::local_addr)
}

fn closed(error: &(dyn Error + 'static)) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    let by_system = error.downcast_ref::<io::Error>().is_some_and(|error| {
        matches!(error.kind(), BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof)
    });
    by_system || error.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_incomplete_message)
}

fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

/// Whether a request of this method may be sent again without being asked to: the idempotent ones
/// (RFC 9110 §9.2.2) but TRACE, which is for finding out what arrives.
pub(super) fn may_be_repeated(method: &str) -> bool {
    matches!(method, "GET" | "HEAD" | "OPTIONS" | "PUT" | "DELETE")
}

/// The layer of a client's connector that tells [`Opened`] of each new connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Noting;

impl<S> Layer<S> for Noting {
    type Service = Noted<S>;

    fn layer(&self, inner: S) -> Noted<S> {
        Noted { inner }
    }
}

/// A connector with the layer [`Noting`].
#[derive(Debug, Clone)]
pub(super) struct Noted<S> {
    inner: S,
}

impl<S, R> Service<R> for Noted<S>
where
    S: Service<R>,
    S::Response: Connection,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, to: R) -> Self::Future {
        // Called by the task of the request; what it starts may go on in another one.
        let opened = OPENED.try_with(Clone::clone).ok();
        let connecting = self.inner.call(to);
        Box::pin(async move {
            let connection = connecting.await?;
            if let (Some(opened), Some(address)) = (opened, address(&connection.connected())) {
                opened.locked().insert(address);
            }
            Ok(connection)
        })
    }
}
