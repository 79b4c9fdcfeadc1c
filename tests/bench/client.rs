//! An HTTP client that costs next to nothing: it shares the cores with the server it measures.
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

/// One connection, kept alive.
pub(crate) struct Client {
    stream: BufReader<TcpStream>,
    request: Vec<u8>,
    line: String,
    body: Vec<u8>,
}

impl Client {
    pub(crate) fn connect(address: &str) -> Self {
        let stream = TcpStream::connect(address).expect("the server accepts");
        stream.set_nodelay(true).expect("a socket option");
        Self { stream: BufReader::new(stream), request: vec![], line: String::new(), body: vec![] }
    }

    /// Posts JSON and reads JSON, whatever the status.
    pub(crate) fn post(&mut self, path: &str, token: &str, body: &Value) -> Value {
        let body = body.to_string();
        self.request.clear();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: desk\r\ncontent-type: application/json\r\naccept: application/json\r\n\
             authorization: Bearer {token}\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        self.request.extend_from_slice(head.as_bytes());
        self.request.extend_from_slice(body.as_bytes());
        self.stream.get_mut().write_all(&self.request).expect("the server reads");
        self.answer()
    }

    fn answer(&mut self) -> Value {
        let mut length = 0;
        loop {
            self.line.clear();
            assert!(self.stream.read_line(&mut self.line).expect("the server answers") > 0, "it hung up");
            let line = self.line.trim_end().to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().expect("a length");
            }
        }
        self.body.resize(length, 0);
        self.stream.read_exact(&mut self.body).expect("a whole body");
        serde_json::from_slice(&self.body).expect("JSON")
    }
}
