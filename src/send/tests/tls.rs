//! TLS, certificates and proxies.

use std::io::{BufRead, BufReader};
use std::sync::Arc;

use super::*;
use crate::message::{Headers, Origin, Request};

/// Greets one client after another with a certificate of its own making.
fn self_signed() -> Origin {
    let config = Arc::new(certified().0);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = Origin::parse(&format!("https://{}", listener.local_addr().unwrap())).unwrap();
    std::thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            let mut tls = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            while tls.is_handshaking() && tls.complete_io(&mut stream).is_ok() {}
        }
    });
    origin
}

/// A server's side of TLS with a certificate of its own making, and that certificate.
pub(super) fn certified() -> (rustls::ServerConfig, Vec<u8>) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let config = rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    (config, made.cert.der().to_vec())
}

pub(super) fn request(origin: Origin) -> Request {
    Request { method: "GET".into(), origin, target: "/".into(), headers: Headers::new(), body: None }
}

#[tokio::test]
async fn a_self_signed_certificate_is_refused_in_plain_words() {
    let origin = self_signed();
    let authority = origin.authority().to_owned();
    let got = Client::trusting(Vec::new(), limits()).send_one(&request(origin), &Jar::default()).await;
    let error = got.result.unwrap_err();
    assert!(matches!(error, SendError::Untrusted(_)), "no further try is made: {error:?}");
    assert_eq!(
        error.to_string(),
        format!(
            "cannot connect: {authority}: the certificate is self-signed or of an authority that this machine does not trust"
        )
    );
}

#[tokio::test]
async fn plain_http_behind_https_is_told() {
    let server = Server::with(|mut conn| async move {
        conn.write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n").await;
        conn.closed().await;
    })
    .await;
    let origin = Origin::parse(&format!("https://{}", server.origin().authority())).unwrap();
    let got = Client::trusting(Vec::new(), limits()).send_one(&request(origin), &Jar::default()).await;
    let text = got.result.unwrap_err().to_string();
    assert!(text.contains("the answer is not TLS; perhaps the URL should begin with http://"), "{text}");
}

/// A server that would speak either version, and tells what it chose with a client and what the
/// client said first.
#[tokio::test]
async fn http_2_is_spoken_where_the_server_chooses_it() {
    for (offered, greeting) in
        [(&["h2", "http/1.1"][..], "PRI * HTTP/2.0"), (&["http/1.1"], "GET / HTTP/1.1")]
    {
        let (origin, certificate, first_line) = greeted(offered);
        let authority = reqwest::Certificate::from_der(&certificate).unwrap();
        let client = Client::trusting(vec![authority], limits());
        // The server goes away without an answer.
        assert!(client.send_one(&request(origin), &Jar::default()).await.result.is_err());
        assert_eq!(first_line.await.unwrap(), greeting);
    }
}

/// Greets one client, and gives the first line that it says.
fn greeted(protocols: &[&str]) -> (Origin, Vec<u8>, tokio::task::JoinHandle<String>) {
    let (mut config, certificate) = certified();
    config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = Origin::parse(&format!("https://{}", listener.local_addr().unwrap())).unwrap();
    let first_line = tokio::task::spawn_blocking(move || {
        let (stream, _) = listener.accept().unwrap();
        let tls = rustls::ServerConnection::new(Arc::new(config)).unwrap();
        let mut line = String::new();
        BufReader::new(rustls::StreamOwned::new(tls, stream)).read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    });
    (origin, certificate, first_line)
}

/// Sends one request to a server of its own; the next test runs it with a proxy in its environment.
#[tokio::test]
async fn a_server_on_loopback_is_reached() {
    let server = Server::once("HTTP/1.1 200 OK\r\n\r\ndirect").await;
    assert_eq!(get(&server).await.unwrap().body, "direct");
}

/// Prints the error; the test after it runs this one on a machine without authorities.
#[tokio::test]
async fn a_self_signed_certificate_is_refused_by_default() {
    let got = Client::new(limits()).send_one(&request(self_signed()), &Jar::default()).await;
    let error = got.result.unwrap_err();
    assert!(matches!(error, SendError::Connect(_) | SendError::Untrusted(_)), "{error}");
    println!("{error}");
}

#[tokio::test]
async fn without_authorities_http_works_and_https_says_what_to_do() {
    let nothing = [("SSL_CERT_FILE", "/nonexistent"), ("SSL_CERT_DIR", "/nonexistent")];
    again("a_server_on_loopback_is_reached", nothing.map(|(name, value)| (name, value.to_owned()))).await;
    let said = again(
        "a_self_signed_certificate_is_refused_by_default",
        nothing.map(|(name, value)| (name, value.to_owned())),
    )
    .await;
    assert!(
        said.contains(
            "cannot connect: TLS is not available: no CA certificates were loaded from the system; \
             install the system's CA certificates or name them in SSL_CERT_FILE"
        ),
        "{said}"
    );
}

/// Runs one of these tests in a process with that environment; what it printed.
async fn again<const N: usize>(test: &str, environment: [(&'static str, String); N]) -> String {
    let name = format!("{}::{test}", module_path!().trim_start_matches("uphold::"));
    let child = std::env::current_exe().unwrap();
    let output = tokio::task::spawn_blocking(move || {
        let mut command = std::process::Command::new(child);
        command.args(["--exact", &name, "--nocapture"]).envs(environment).output().unwrap()
    });
    let output = output.await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
    said
}

/// Not even the environment of the process makes the client use a proxy.
#[tokio::test]
async fn a_proxy_in_the_environment_is_not_used() {
    let proxy = Server::once("HTTP/1.1 200 OK\r\n\r\nby proxy").await;
    let address = proxy.origin().to_string();
    let environment = ["http_proxy", "HTTP_PROXY", "ALL_PROXY"].map(|name| (name, address.clone()));
    again("a_server_on_loopback_is_reached", environment).await;
    assert_eq!(proxy.seen(), []);
}
