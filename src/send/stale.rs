//! Connections that were kept for a next request and that the server has closed meanwhile.
//!
//! A server may close an idle connection at any moment, also in the one in which the next request
//! goes out on it (RFC 9112 §9.3.1). Such a request says nothing about the server, but only a request
//! of an idempotent method may be sent again (RFC 9110 §9.2.2).

use std::collections::HashSet;
use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpInfo;

/// The connections that have carried an answer, by their own end's address.
#[derive(Debug, Default)]
pub(super) struct Connections {
    used: Mutex<HashSet<SocketAddr>>,
}

impl Connections {
    /// An answer came on this connection.
    pub(super) fn answered(&self, response: &reqwest::Response) {
        if let Some(info) = response.extensions().get::<HttpInfo>() {
            self.locked().insert(info.local_addr());
        }
    }

    /// Whether the error is that the other side closed a connection that had carried an answer
    /// before, and that no whole head of an answer to this request came.
    ///
    /// HTTP/1.1 only: in HTTP/2 a request that the server did not take is sent again by the client
    /// underneath.
    pub(super) fn stale(&self, error: &reqwest::Error) -> bool {
        let Some(client) = chain(error).find_map(|error| error.downcast_ref::<legacy::Error>()) else {
            return false;
        };
        let mut extensions = http::Extensions::new();
        if let Some(connected) = client.connect_info() {
            connected.get_extras(&mut extensions);
        }
        // Taken out: the system may give the address to another connection.
        let used = extensions.get::<HttpInfo>().is_some_and(|info| self.locked().remove(&info.local_addr()));
        used && chain(error).any(closed)
    }

    fn locked(&self) -> MutexGuard<'_, HashSet<SocketAddr>> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }
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

/// Whether sending a request of this method twice means the same as once, and nothing speaks
/// against it (RFC 9110 §9.2.2). TRACE is not among them: it is for finding out what arrives.
pub(super) fn may_be_repeated(method: &str) -> bool {
    matches!(method, "GET" | "HEAD" | "OPTIONS" | "PUT" | "DELETE")
}
