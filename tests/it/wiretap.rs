//! A server that keeps the very bytes that arrive, read by a parser of its own that forgives nothing:
//! what hyper or Node would read past is a fault here.

use std::io::{BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};

use crate::support::listen;

/// The end of a head.
const END: &[u8] = b"\r\n\r\n";

/// One request as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Arrived {
    pub(crate) method: String,
    pub(crate) target: String,
    /// Every field in order, duplicates and all: the name as written, the value byte by byte as
    /// Latin-1, so that nothing is lost.
    pub(crate) fields: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Arrived {
    pub(crate) fn line(&self) -> String {
        format!("{} {}", self.method, self.target)
    }

    pub(crate) fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let of_name = move |(own, _): &&(String, String)| own.eq_ignore_ascii_case(name);
        self.fields.iter().filter(of_name).map(|(_, value)| value.as_str())
    }
}

/// Everything that came in.
#[derive(Debug, Default, Clone)]
pub(crate) struct Seen {
    pub(crate) connections: usize,
    pub(crate) requests: Vec<Arrived>,
    /// What was no request by the letter of RFC 9112.
    pub(crate) faults: Vec<String>,
}

/// Answers every request with an empty 200.
pub(crate) struct Wiretap {
    address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
}

impl Wiretap {
    pub(crate) fn start() -> Self {
        let seen = Arc::new(Mutex::new(Seen::default()));
        let record = Arc::clone(&seen);
        Self { address: listen(move |stream| serve(stream, &record)), seen }
    }

    pub(crate) fn authority(&self) -> String {
        self.address.to_string()
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap()
    }
}

fn serve(stream: &TcpStream, record: &Mutex<Seen>) {
    record.lock().unwrap().connections += 1;
    let mut reader = BufReader::new(stream);
    loop {
        let mut head = Vec::new();
        while !head.ends_with(END) {
            let mut byte = [0];
            match reader.read(&mut byte) {
                Ok(1) => head.push(byte[0]),
                _ if head.is_empty() => return,
                _ => return fault(record, "ends within its head", &head),
            }
        }
        let (mut arrived, length) = match parse(&head) {
            Ok(parsed) => parsed,
            Err(what) => return fault(record, what, &head),
        };
        arrived.body = vec![0; length];
        if reader.read_exact(&mut arrived.body).is_err() {
            return fault(record, "ends within its body", &head);
        }
        record.lock().unwrap().requests.push(arrived);
        let mut stream = stream;
        if stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").is_err() {
            return;
        }
    }
}

fn fault(record: &Mutex<Seen>, what: &str, head: &[u8]) {
    record.lock().unwrap().faults.push(format!("{what}: {:?}", String::from_utf8_lossy(head)));
}

/// A head with the length of the body behind it (RFC 9112 §3 and §5, RFC 9110 §5.5 and §8.6).
pub(crate) fn parse(head: &[u8]) -> Result<(Arrived, usize), &'static str> {
    let head = head.strip_suffix(END).ok_or("a head without an end")?;
    let text: String = head.iter().copied().map(char::from).collect();
    let mut lines = text.split("\r\n");
    let parts: Vec<&str> = lines.next().unwrap_or_default().split(' ').collect();
    let [method, target, "HTTP/1.1"] = parts[..] else { return Err("no request line of three parts") };
    if !is_token(method) {
        return Err("a method that is no token");
    }
    if !target.starts_with('/') || !target.bytes().all(|b| b.is_ascii_graphic() && b != b'#') {
        return Err("a target that is no path of visible ASCII");
    }
    let mut fields = Vec::new();
    for line in lines {
        let (name, value) = line.split_once(':').ok_or("a field without a colon")?;
        if !is_token(name) {
            return Err("a field name that is no token");
        }
        let allowed = |c: char| c == '\t' || !(c < ' ' || c == '\u{7f}');
        if !value.chars().all(allowed) {
            return Err("a control character in a field");
        }
        fields.push((name.to_owned(), value.trim_matches([' ', '\t']).to_owned()));
    }
    let of = |wanted: &str| {
        let of_name = |(name, _): &&(String, String)| name.eq_ignore_ascii_case(wanted);
        fields.iter().filter(of_name).map(|(_, value)| value.clone()).collect::<Vec<_>>()
    };
    if of("host").len() != 1 {
        return Err("not one Host");
    }
    if !of("transfer-encoding").is_empty() {
        return Err("a Transfer-Encoding, which nothing here needs");
    }
    let length = match &of("content-length")[..] {
        [] => 0,
        [one] => one.parse().map_err(|_| "a Content-Length that is no number")?,
        _ => return Err("several Content-Length"),
    };
    Ok((Arrived { method: method.to_owned(), target: target.to_owned(), fields, body: Vec::new() }, length))
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

#[test]
fn the_parser_forgives_nothing() {
    assert_eq!(parse(b"GET / HTTP/1.1\r\nhost: h\r\nx:  \xfc \r\n\r\n").unwrap().0.fields[1].1, "ü");
    for head in [
        "GET / HTTP/1.1\r\nHost: h\r\n",
        "GET  / HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET http://h/ HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /ü HTTP/1.1\r\nHost: h\r\n\r\n",
        "G@T / HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.0\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.1\nHost: h\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\n folded\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nX : 1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nX: a\nY: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nX: a\rY: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nX: \0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n",
    ] {
        assert!(parse(head.as_bytes()).is_err(), "{head:?}");
    }
}
