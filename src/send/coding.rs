//! Content codings (RFC 9110 §8.4): which ones an answer names, and how each is undone.
//!
//! The main type is [`Coding`]. Invariants: what comes out of a layer is never larger than the
//! limit plus one buffer; the end of a coded body is the end of the body, so bytes behind it and a
//! body cut short are errors.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use async_compression::tokio::bufread::{
    BrotliDecoder, DeflateDecoder, GzipDecoder, ZlibDecoder, ZstdDecoder,
};
use async_compression::zstd::DParameter;
use reqwest::header::{CONTENT_ENCODING, HeaderMap};
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncRead, BufReader, ReadBuf};

use super::exchange::SendError;
use super::failure;

/// More codings than this on one body are an attack; curl has the same limit.
const MOST_CODINGS: usize = 5;

/// RFC 9659: a zstd window over 8 MiB must not be used on the web.
const ZSTD_WINDOW_LOG: u32 = 23;

/// A coding that can be undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    /// `gzip`, `x-gzip` (RFC 1952).
    Gzip,
    /// `deflate`: zlib (RFC 1950), or the bare deflate (RFC 1951) that some servers send.
    Deflate,
    /// `br` (RFC 7932).
    Brotli,
    /// `zstd` (RFC 8878).
    Zstd,
}

impl fmt::Display for Coding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gzip => "gzip",
            Self::Deflate => "deflate",
            Self::Brotli => "br",
            Self::Zstd => "zstd",
        })
    }
}

/// The codings in the order in which they were applied; `identity` is none.
///
/// A coding that is not known is an error: the bytes would be judged as something they are not.
pub(super) fn listed(headers: &HeaderMap) -> Result<Vec<Coding>, SendError> {
    let mut codings = Vec::new();
    for value in headers.get_all(CONTENT_ENCODING) {
        for token in value.as_bytes().split(|byte| *byte == b',') {
            let token = token.trim_ascii().to_ascii_lowercase();
            codings.push(match token.as_slice() {
                b"" | b"identity" => continue,
                b"gzip" | b"x-gzip" => Coding::Gzip,
                b"deflate" => Coding::Deflate,
                b"br" => Coding::Brotli,
                b"zstd" => Coding::Zstd,
                _ => {
                    return Err(SendError::Decode(format!(
                        "the content coding `{}` of the answer is not known",
                        token.escape_ascii()
                    )));
                }
            });
        }
    }
    if codings.len() > MOST_CODINGS {
        return Err(SendError::Decode(format!(
            "the body carries {} content codings, more than the {MOST_CODINGS} that are undone",
            codings.len()
        )));
    }
    Ok(codings)
}

/// Undoes one coding. A body without any byte stays empty: answers to HEAD, 204 and 304 name the
/// coding of a body that they do not have.
pub(super) async fn undo(
    coding: Coding,
    mut source: Box<dyn AsyncBufRead + Send + Unpin>,
    limit: u64,
) -> io::Result<Box<dyn AsyncBufRead + Send + Unpin>> {
    let Some(&first) = source.fill_buf().await?.first() else { return Ok(source) };
    let decoder = match coding {
        Coding::Gzip => {
            let mut decoder = GzipDecoder::new(source);
            decoder.multiple_members(true);
            Decoder::Gzip(decoder)
        }
        // The low four bits of a zlib stream are always 8; bare deflate would begin so only with
        // a stored block whose padding is not zero, which no encoder writes.
        Coding::Deflate if first & 0x0f == 8 => Decoder::Zlib(ZlibDecoder::new(source)),
        Coding::Deflate => Decoder::Deflate(DeflateDecoder::new(source)),
        Coding::Brotli => Decoder::Brotli(Box::new(BrotliDecoder::new(source))),
        Coding::Zstd => {
            let window = DParameter::window_log_max(ZSTD_WINDOW_LOG);
            let mut decoder = ZstdDecoder::with_params(source, &[window]);
            decoder.multiple_members(true);
            Decoder::Zstd(decoder)
        }
    };
    Ok(Box::new(BufReader::new(Layer { decoder, coding, limit, bytes: 0 })))
}

type Source = Box<dyn AsyncBufRead + Send + Unpin>;

enum Decoder {
    Gzip(GzipDecoder<Source>),
    Zlib(ZlibDecoder<Source>),
    Deflate(DeflateDecoder<Source>),
    Brotli(Box<BrotliDecoder<Source>>),
    Zstd(ZstdDecoder<Source>),
}

impl Decoder {
    fn reader(&mut self) -> &mut (dyn AsyncRead + Unpin) {
        match self {
            Self::Gzip(decoder) => decoder,
            Self::Zlib(decoder) => decoder,
            Self::Deflate(decoder) => decoder,
            Self::Brotli(decoder) => decoder.as_mut(),
            Self::Zstd(decoder) => decoder,
        }
    }

    fn source(&mut self) -> &mut Source {
        match self {
            Self::Gzip(decoder) => decoder.get_mut(),
            Self::Zlib(decoder) => decoder.get_mut(),
            Self::Deflate(decoder) => decoder.get_mut(),
            Self::Brotli(decoder) => decoder.get_mut(),
            Self::Zstd(decoder) => decoder.get_mut(),
        }
    }
}

/// One coding being undone, with its count of bytes.
struct Layer {
    decoder: Decoder,
    coding: Coding,
    limit: u64,
    bytes: u64,
}

impl Layer {
    /// Names the coding, unless the error came from further down and says what it is.
    fn named(&self, error: io::Error) -> io::Error {
        if error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<SendError>) {
            return error;
        }
        let cause = failure::cause(&error);
        // flate2 calls it a buffer error when no input is left and the end has not come.
        if error.kind() == io::ErrorKind::UnexpectedEof || cause == "unexpected BufError" {
            return self.refused("it ends too early");
        }
        self.refused(&cause)
    }

    fn refused(&self, why: &str) -> io::Error {
        io::Error::other(SendError::Decode(format!("the body does not decode as {}: {why}", self.coding)))
    }
}

impl AsyncRead for Layer {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let read = ready!(Pin::new(self.decoder.reader()).poll_read(cx, buf));
        read.map_err(|error| self.named(error))?;
        let came = buf.filled().len() - before;
        if came == 0 {
            // Reading on to the end also finds out whether the message itself was whole.
            let rest = ready!(Pin::new(self.decoder.source()).poll_fill_buf(cx))?;
            let whole = rest.is_empty();
            let behind = || self.refused("there are bytes behind its end");
            return Poll::Ready(if whole { Ok(()) } else { Err(behind()) });
        }
        self.bytes = self.bytes.saturating_add(came as u64);
        let limit = self.limit;
        if self.bytes > limit {
            return Poll::Ready(Err(io::Error::other(SendError::TooLarge { limit })));
        }
        Poll::Ready(Ok(()))
    }
}
