//! A server on loopback that puts exactly the bytes on the wire that a test gives it.

use std::future::Future;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::message::{Headers, Origin, Request};

/// Ends with the test.
pub(crate) struct Server {
    origin: Origin,
    seen: Arc<Mutex<Vec<Seen>>>,
    task: JoinHandle<()>,
}

/// One request as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    /// Request line and fields.
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
    /// Which connection it came on, from 0.
    pub(crate) connection: usize,
}

impl Seen {
    /// `GET /path`.
    pub(crate) fn line(&self) -> &str {
        let line = self.head.lines().next().unwrap_or_default();
        line.strip_suffix(" HTTP/1.1").unwrap_or(line)
    }

    /// Every value of that lower-case name.
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        let fields = self.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        fields.filter(|(n, _)| *n == name).map(|(_, value)| value).collect()
    }
}

/// Time that only goes on when a test says so, on the runtime of one thread, while bytes flow as ever.
///
/// A paused clock jumps to the next timer whenever the runtime has nothing else to do, also while it
/// waits for a socket; it does not while a blocking task is under way, so here is one.
pub(crate) struct Frozen {
    _until_dropped: std::sync::mpsc::Sender<()>,
}

impl Frozen {
    pub(crate) fn time() -> Self {
        tokio::time::pause();
        let (until_dropped, wait) = std::sync::mpsc::channel::<()>();
        tokio::task::spawn_blocking(move || wait.recv());
        Self { _until_dropped: until_dropped }
    }

    pub(crate) async fn advance(&self, by: std::time::Duration) {
        tokio::time::advance(by).await;
        self.settle().await;
    }

    /// Lets everything happen that needs no time to go by.
    pub(crate) async fn settle(&self) {
        for _ in 0..1_000 {
            tokio::task::yield_now().await;
        }
    }
}

/// One connection, seen from the server.
pub(crate) struct Conn {
    stream: TcpStream,
    buffer: Vec<u8>,
    number: usize,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Conn {
    /// The next request; `None` when the client closed.
    pub(crate) async fn request(&mut self) -> Option<Seen> {
        let end = loop {
            if let Some(at) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
            self.more().await?;
        };
        let head = String::from_utf8_lossy(&self.buffer[..end]).into_owned();
        let mut seen = Seen { head, body: Vec::new(), connection: self.number };
        let length: usize = seen.all("content-length").first().map_or(0, |text| text.parse().unwrap());
        while self.buffer.len() < end + length {
            self.more().await?;
        }
        seen.body = self.buffer[end..end + length].to_vec();
        self.buffer.drain(..end + length);
        self.seen.lock().unwrap().push(seen.clone());
        Some(seen)
    }

    async fn more(&mut self) -> Option<()> {
        let read = self.stream.read_buf(&mut self.buffer).await.ok()?;
        (read > 0).then_some(())
    }

    /// Whether the bytes could be written.
    pub(crate) async fn write(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.stream.write_all(bytes.as_ref()).await.is_ok()
    }

    /// Which connection it is, from 0.
    pub(crate) fn number(&self) -> usize {
        self.number
    }

    /// Waits until the client goes away.
    pub(crate) async fn closed(&mut self) {
        while self.more().await.is_some() {}
    }

    /// Ends the connection with RST instead of FIN.
    pub(crate) fn reset(self) {
        self.stream.set_zero_linger().unwrap();
    }
}

impl Server {
    /// Every connection goes to the script.
    pub(crate) async fn with<S, F>(script: S) -> Self
    where
        S: Fn(Conn) -> F + Send + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        Self::on(TcpListener::bind("127.0.0.1:0").await.unwrap(), script)
    }

    /// As [`with`](Self::with), on an address of the test's choice.
    pub(crate) fn on<S, F>(listener: TcpListener, script: S) -> Self
    where
        S: Fn(Conn) -> F + Send + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let origin = Origin::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&seen);
        let task = tokio::spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            for number in 0.. {
                let Ok((stream, _)) = listener.accept().await else { return };
                let conn = Conn { stream, buffer: Vec::new(), number, seen: Arc::clone(&log) };
                connections.spawn(script(conn));
            }
        });
        Self { origin, seen, task }
    }

    /// Answers the first request of each connection with these bytes and closes it.
    pub(crate) async fn once(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = Arc::new(bytes.into());
        Self::with(move |mut conn| {
            let bytes = Arc::clone(&bytes);
            async move {
                if conn.request().await.is_some() {
                    conn.write(&*bytes).await;
                }
            }
        })
        .await
    }

    /// Answers every request and keeps connections open.
    pub(crate) async fn answering(answer: impl Fn(&Seen) -> String + Send + Sync + 'static) -> Self {
        let answer = Arc::new(answer);
        Self::with(move |mut conn| {
            let answer = Arc::clone(&answer);
            async move {
                while let Some(seen) = conn.request().await {
                    conn.write(answer(&seen)).await;
                }
            }
        })
        .await
    }

    pub(crate) fn origin(&self) -> Origin {
        self.origin.clone()
    }

    /// What arrived so far.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// A request to this server without fields and body.
    pub(crate) fn request(&self, method: &str, target: &str) -> Request {
        Request {
            method: method.to_owned(),
            origin: self.origin(),
            target: target.to_owned(),
            headers: Headers::new(),
            body: None,
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A whole answer with a length.
pub(crate) fn answer(status: u16, fields: &str, body: &str) -> String {
    format!("HTTP/1.1 {status} Any\r\n{fields}Content-Length: {}\r\n\r\n{body}", body.len())
}
