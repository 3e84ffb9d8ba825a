//! Bodies with content codings, whole, broken and hostile.

use async_compression::tokio::bufread::{
    BrotliEncoder, DeflateEncoder, GzipEncoder, ZlibEncoder, ZstdEncoder,
};
use tokio::io::AsyncReadExt;

use super::*;

async fn coded(coding: &str, bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let done = match coding {
        "gzip" => GzipEncoder::new(bytes).read_to_end(&mut out).await,
        "deflate" => DeflateEncoder::new(bytes).read_to_end(&mut out).await,
        "zlib" => ZlibEncoder::new(bytes).read_to_end(&mut out).await,
        "br" => BrotliEncoder::new(bytes).read_to_end(&mut out).await,
        "zstd" => ZstdEncoder::new(bytes).read_to_end(&mut out).await,
        other => panic!("{other}"),
    };
    done.unwrap();
    out
}

fn whole(encoding: &str, body: &[u8]) -> Vec<u8> {
    let head =
        format!("HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\nContent-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

async fn fetched(encoding: &str, body: &[u8]) -> Result<Answer, SendError> {
    get(&Server::once(whole(encoding, body)).await).await
}

/// Text that does not compress to nothing, longer than every buffer.
fn text() -> Vec<u8> {
    (0..40_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_string().into_bytes()).collect()
}

#[tokio::test]
async fn every_coding_is_undone_and_the_fields_stay() {
    let text = text();
    for (encoding, as_) in [
        ("gzip", "gzip"),
        ("GZip", "gzip"),
        ("x-gzip", "gzip"),
        ("deflate", "zlib"),
        ("deflate", "deflate"),
        ("br", "br"),
        ("zstd", "zstd"),
        ("identity, gzip,", "gzip"),
    ] {
        let body = coded(as_, &text).await;
        let got = fetched(encoding, &body).await.unwrap();
        assert!(got.body == text, "{encoding} ({as_}) came out as {} bytes", got.body.len());
        assert_eq!(got.headers.get("content-encoding"), Some(encoding.trim_end()));
        let length = body.len().to_string();
        assert_eq!(got.headers.get("content-length"), Some(length.as_str()));
    }
}

#[tokio::test]
async fn a_list_of_codings_is_undone_from_its_end() {
    let text = text();
    let twice = coded("gzip", &coded("gzip", &text).await).await;
    assert!(fetched("gzip, gzip", &twice).await.unwrap().body == text);
    let mixed = coded("zlib", &coded("br", &text).await).await;
    assert!(fetched("br\r\nContent-Encoding: deflate", &mixed).await.unwrap().body == text);
}

#[tokio::test]
async fn members_one_after_another_are_one_body() {
    for coding in ["gzip", "zstd"] {
        let two = [coded(coding, b"one ").await, coded(coding, b"two").await].concat();
        assert_eq!(fetched(coding, &two).await.unwrap().body, "one two");
    }
}

#[tokio::test]
async fn a_body_that_is_not_what_it_says_is_a_decoding_error() {
    for coding in ["gzip", "br", "zstd", "deflate"] {
        let got = fetched(coding, b"{\"plain\": \"json\"}").await;
        let Err(SendError::Decode(text)) = got else { panic!("{coding}: {got:?}") };
        assert!(text.starts_with(&format!("the body does not decode as {coding}: ")), "{text}");
    }
}

#[tokio::test]
async fn a_coded_body_cut_short_is_an_error() {
    let text = text();
    for (encoding, as_) in
        [("gzip", "gzip"), ("deflate", "zlib"), ("deflate", "deflate"), ("br", "br"), ("zstd", "zstd")]
    {
        let body = coded(as_, &text).await;
        let cut = &body[..body.len() - 3];
        let got = fetched(encoding, cut).await;
        let Err(SendError::Decode(why)) = got else { panic!("{encoding} ({as_}): {got:?}") };
        assert_eq!(why, format!("the body does not decode as {encoding}: it ends too early"));
    }
}

#[tokio::test]
async fn bytes_behind_the_end_are_an_error() {
    for (encoding, as_) in
        [("gzip", "gzip"), ("deflate", "zlib"), ("deflate", "deflate"), ("br", "br"), ("zstd", "zstd")]
    {
        let body = [coded(as_, b"{}").await, b"trailing".to_vec()].concat();
        let got = fetched(encoding, &body).await;
        assert!(matches!(got, Err(SendError::Decode(_))), "{encoding} ({as_}): {got:?}");
    }
}

#[tokio::test]
async fn a_message_cut_short_behind_a_whole_coded_body_is_a_broken_message() {
    for (encoding, as_) in
        [("gzip", "gzip"), ("deflate", "zlib"), ("deflate", "deflate"), ("br", "br"), ("zstd", "zstd")]
    {
        let body = coded(as_, b"{}").await;
        let head = format!("HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\nContent-Length: 999\r\n\r\n");
        let got = get(&Server::once([head.as_bytes(), &body].concat()).await).await;
        assert!(matches!(got, Err(SendError::Broken(_))), "{encoding} ({as_}): {got:?}");
    }
}

#[tokio::test]
async fn a_coding_that_is_not_known_is_named_and_too_many_are_refused() {
    let got = fetched("compress", b"..").await;
    assert_eq!(
        got,
        Err(SendError::Decode("the content coding `compress` of the answer is not known".into()))
    );
    let got = fetched("gzip, gzip, gzip, gzip, gzip, gzip", b"..").await;
    assert_eq!(
        got,
        Err(SendError::Decode("the body carries 6 content codings, more than the 5 that are undone".into()))
    );
}

#[tokio::test]
async fn a_bomb_stops_at_the_limit() {
    let limit = limits().body_bytes;
    // 1 MiB of zeros is 1 KiB of gzip, and a thousand of them are one body of 1 GiB.
    let member = coded("gzip", &vec![0; 1024 * 1024]).await;
    let bomb = member.repeat(1024);
    assert!(bomb.len() < 2 * 1024 * 1024);
    assert_eq!(fetched("gzip", &bomb).await, Err(SendError::TooLarge { limit }));
    // Twice coded, and the inner one says nothing for ever: empty members.
    let empty = coded("gzip", b"").await.repeat(60_000);
    let silent = coded("gzip", &empty).await.repeat(64);
    assert_eq!(fetched("gzip, gzip", &silent).await, Err(SendError::TooLarge { limit }));
}

#[tokio::test]
async fn decoding_is_within_the_limit_of_the_whole_exchange() {
    let member = coded("gzip", &vec![0; 1024 * 1024]).await;
    let server = Server::once(whole("gzip", &member.repeat(1024))).await;
    let limits = Limits { total: ms(200), body_bytes: u64::MAX, ..limits() };
    let got = get_within(limits, &server).await;
    assert!(matches!(got.result, Err(SendError::Timeout(_))), "{:?}", got.result.map(|a| a.body.len()));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    /// Whatever the bytes and the coding, there is an answer or an error.
    #[test]
    fn any_bytes_decode_or_are_refused(
        bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200),
        encoding in "(gzip|deflate|br|zstd|x-gzip, br|[a-z]{0,3})",
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let got = runtime.block_on(fetched(&encoding, &bytes));
        if let Err(error) = got {
            let told = matches!(error, SendError::Decode(_) | SendError::TooLarge { .. });
            proptest::prop_assert!(told, "{error}");
        }
    }
}
