//! Reads the body of an answer: whole, decoded, within the limits.

use std::io;

use bytes::{Bytes, BytesMut};
use futures_util::stream;
use tokio::io::{AsyncBufRead, AsyncReadExt};
use tokio::time::{Instant, timeout_at};
use tokio_util::io::StreamReader;

use super::coding::{self, Coding};
use super::exchange::SendError;
use super::failure;
use super::limits::{Limits, instant};

/// Space made for each piece of decoded body.
const PIECE: usize = 16 * 1024;

/// Reads to the end, undoing the codings, the last one first.
///
/// The limit of size holds for the bytes on the wire and for the result of every coding, the
/// limit of the whole exchange for decoding too.
pub(super) async fn read(
    response: reqwest::Response,
    codings: Vec<Coding>,
    limits: &Limits,
    started: Instant,
) -> Result<Bytes, SendError> {
    let limit = limits.body_bytes;
    if response.content_length().is_some_and(|length| length > limit) {
        return Err(SendError::TooLarge { limit });
    }
    let deadline = instant(started, limits.total);
    let mut wire = Wire { response, limits: *limits, deadline, bytes: 0 };
    if codings.is_empty() {
        return plain(&mut wire).await;
    }
    let mut source = reader(wire);
    for coding in codings.into_iter().rev() {
        source = coding::undo(coding, source, limit).await.map_err(told)?;
    }
    decoded(source, limits, deadline).await
}

/// A body without coding. The usual small one is a single piece and is not copied.
async fn plain(wire: &mut Wire) -> Result<Bytes, SendError> {
    let Some(first) = wire.next().await? else { return Ok(Bytes::new()) };
    let Some(second) = wire.next().await? else { return Ok(first) };
    let mut body = BytesMut::from(first);
    body.extend_from_slice(&second);
    while let Some(piece) = wire.next().await? {
        body.extend_from_slice(&piece);
    }
    Ok(body.freeze())
}

async fn decoded(
    mut source: Box<dyn AsyncBufRead + Send + Unpin>,
    limits: &Limits,
    deadline: Instant,
) -> Result<Bytes, SendError> {
    let mut body = BytesMut::new();
    loop {
        body.reserve(PIECE);
        if source.read_buf(&mut body).await.map_err(told)? == 0 {
            return Ok(body.freeze());
        }
        // Decoding what has arrived never waits, so neither the clock nor the runtime would get
        // a word in.
        if Instant::now() >= deadline {
            return Err(failure::not_whole(limits, body.len() as u64));
        }
        tokio::task::consume_budget().await;
    }
}

/// The body's bytes as they arrive, counted and timed.
struct Wire {
    response: reqwest::Response,
    limits: Limits,
    deadline: Instant,
    bytes: u64,
}

impl Wire {
    /// The next piece; `None` after the end that the framing announces.
    async fn next(&mut self) -> Result<Option<Bytes>, SendError> {
        tokio::task::consume_budget().await;
        let now = Instant::now();
        if now >= self.deadline {
            return Err(failure::not_whole(&self.limits, self.bytes));
        }
        let until = instant(now, self.limits.idle).min(self.deadline);
        match timeout_at(until, self.response.chunk()).await {
            Ok(Ok(None)) => Ok(None),
            Ok(Ok(Some(piece))) => {
                self.bytes = self.bytes.saturating_add(piece.len() as u64);
                let limit = self.limits.body_bytes;
                if self.bytes > limit { Err(SendError::TooLarge { limit }) } else { Ok(Some(piece)) }
            }
            Ok(Err(error)) => Err(failure::of_body(&error, self.bytes)),
            Err(_) if until == self.deadline => Err(failure::not_whole(&self.limits, self.bytes)),
            Err(_) => Err(failure::stalled(&self.limits, self.bytes)),
        }
    }
}

/// The wire as something that decoders read from; a [`SendError`] travels inside [`io::Error`].
fn reader(wire: Wire) -> Box<dyn AsyncBufRead + Send + Unpin> {
    let pieces = stream::unfold(wire, |mut wire| async move {
        let piece = wire.next().await.map_err(io::Error::other).transpose()?;
        Some((piece, wire))
    });
    Box::new(StreamReader::new(Box::pin(pieces)))
}

/// The [`SendError`] that travelled inside.
fn told(error: io::Error) -> SendError {
    match error.downcast::<SendError>() {
        Ok(told) => told,
        Err(other) => SendError::Decode(failure::cause(&other)),
    }
}
