//! One HTTP request, for the few things that only HTTP offers.

use std::io::{Read, Write};
use std::net::TcpStream;

use anyhow::{Context, Result};

use crate::contract::{Contract, Exchange};
use crate::process::TIME_MAX;

/// Sends a request with a JSON body, and returns the status and the body of the answer.
///
/// # Errors
/// The server is away, or does not answer as HTTP does.
pub fn call(address: &str, request: &str, body: &str) -> Result<(u16, String)> {
    let (status, _, answer) = exchange(address, request, body)?;
    Ok((status, answer))
}

/// Does what [`call`] does, and checks request and answer by the description of REST v2 if there is
/// one.
///
/// # Errors
/// As of [`call`]; or the server took what breaks the description, or answered against it.
pub fn call_by_contract(address: &str, request: &str, body: &str) -> Result<(u16, String)> {
    let (status, media_type, answer) = exchange(address, request, body)?;
    if let Some(contract) = Contract::of_environment()? {
        let (method, path) = request.split_once(' ').context("a method and a path are needed")?;
        let media_type = &media_type;
        contract.check(Exchange { method, path, body, status, media_type, answer: &answer })?;
    }
    Ok((status, answer))
}

/// The status, media type and body of the answer.
fn exchange(address: &str, request: &str, body: &str) -> Result<(u16, String, String)> {
    let mut stream = TcpStream::connect(address).with_context(|| format!("connect {address}"))?;
    stream.set_read_timeout(Some(TIME_MAX))?;
    stream.set_write_timeout(Some(TIME_MAX))?;
    let length = body.len();
    write!(
        stream,
        "{request} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let status = answer
        .split(' ')
        .nth(1)
        .and_then(|it| it.parse().ok())
        .with_context(|| format!("no HTTP answer: '{answer}'"))?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let header = |line: &str| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-type").then(|| value.trim().to_owned())
    };
    Ok((status, head.lines().find_map(header).unwrap_or_default(), body.to_owned()))
}
