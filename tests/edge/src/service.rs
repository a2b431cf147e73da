//! A service behind the gateway, on loopback, that says what a test wants and remembers what it was asked.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// What a service was asked.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Method and address, as on the wire.
    pub line: String,
    /// Header fields, names in lower case.
    pub fields: Vec<(String, String)>,
    /// Body.
    pub body: Vec<u8>,
}

impl Asked {
    /// A header field; empty where it is not there.
    pub fn field(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|(own, _)| own == name);
        found.map_or("", |(_, value)| value)
    }
}

/// The service; it ends with its value.
pub struct Service {
    /// Where it is.
    pub origin: String,
    port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
    is_over: Arc<AtomicBool>,
}

/// The largest body that it reads, in bytes.
const BODY_BYTES_MAX: usize = 4 << 20;

impl Service {
    /// Starts one. `answer` gives the whole answer as on the wire, or nothing, which breaks the connection off.
    pub fn start(answer: impl Fn(&Asked) -> Option<String> + Send + Sync + 'static) -> Service {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("a bound address").port();
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let is_over = Arc::new(AtomicBool::new(false));
        let (asks, over, answer) = (asked.clone(), is_over.clone(), Arc::new(answer));
        thread::spawn(move || {
            for stream in listener.incoming() {
                if over.load(Ordering::Relaxed) {
                    break;
                }
                let (asks, answer) = (asks.clone(), answer.clone());
                let Ok(stream) = stream else { continue };
                thread::spawn(move || serve(stream, &asks, answer.as_ref()));
            }
        });
        Service {
            origin: format!("http://127.0.0.1:{port}"),
            port,
            asked,
            is_over,
        }
    }

    /// What it was asked so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("nobody panics with it").clone()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        // Wakes the thread that waits for a connection.
        drop(TcpStream::connect(("127.0.0.1", self.port)));
    }
}

/// Answers the one request of a connection; who breaks off gets none.
fn serve(stream: TcpStream, asks: &Mutex<Vec<Asked>>, answer: &dyn Fn(&Asked) -> Option<String>) {
    let mut reader = BufReader::new(&stream);
    let Some(asked) = read(&mut reader) else {
        return;
    };
    asks.lock()
        .expect("nobody panics with it")
        .push(asked.clone());
    if let Some(text) = answer(&asked) {
        let _ = (&stream).write_all(text.as_bytes());
    }
}

fn read(reader: &mut impl BufRead) -> Option<Asked> {
    let mut line = String::new();
    reader
        .read_line(&mut line)
        .ok()
        .filter(|bytes| *bytes > 0)?;
    let mut fields = Vec::new();
    loop {
        let mut field = String::new();
        reader.read_line(&mut field).ok()?;
        let Some((name, value)) = field.trim_end().split_once(':') else {
            break;
        };
        fields.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut asked = Asked {
        line: line.trim_end().trim_end_matches(" HTTP/1.1").to_owned(),
        fields,
        body: Vec::new(),
    };
    let length = asked.field("content-length").parse::<usize>().unwrap_or(0);
    asked.body = vec![0; length.min(BODY_BYTES_MAX)];
    reader.read_exact(&mut asked.body).ok()?;
    Some(asked)
}

/// An answer on the wire that closes the connection.
pub fn answer(status: u16, fields: &[(&str, &str)], body: &str) -> Option<String> {
    let mut text = format!(
        "HTTP/1.1 {status} Said\r\nconnection: close\r\ncontent-length: {}\r\n",
        body.len()
    );
    for (name, value) in fields {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    Some(format!("{text}\r\n{body}"))
}
