//! Writing values, always in their shortest form.

use super::validate::{MsgpackError, validate};

/// Appends values to a buffer.
///
/// Arrays and maps are announced with their number of items, which the caller then writes; keys
/// are written with [`Writer::str`]. [`Writer::finish`] checks that this was kept.
#[derive(Debug, Default)]
pub struct Writer {
    out: Vec<u8>,
}

impl Writer {
    /// An empty buffer.
    pub fn new() -> Self {
        Self::default()
    }

    /// Continues in a buffer that may hold something already.
    pub fn into_buffer(out: Vec<u8>) -> Self {
        Self { out }
    }

    /// Appends null.
    pub fn null(&mut self) -> &mut Self {
        self.out.push(0xc0);
        self
    }

    /// Appends a boolean.
    pub fn bool(&mut self, value: bool) -> &mut Self {
        self.out.push(if value { 0xc3 } else { 0xc2 });
        self
    }

    /// Appends an integer.
    pub fn int(&mut self, value: i64) -> &mut Self {
        if let Ok(positive) = u64::try_from(value) {
            return self.uint(positive);
        }
        if value >= -32 {
            let [.., low] = value.to_be_bytes();
            self.out.push(low);
        } else if let Ok(small) = i8::try_from(value) {
            self.fixed(0xd0, small.to_be_bytes());
        } else if let Ok(small) = i16::try_from(value) {
            self.fixed(0xd1, small.to_be_bytes());
        } else if let Ok(small) = i32::try_from(value) {
            self.fixed(0xd2, small.to_be_bytes());
        } else {
            self.fixed(0xd3, value.to_be_bytes());
        }
        self
    }

    /// Appends an integer that may be above `i64::MAX`.
    pub fn uint(&mut self, value: u64) -> &mut Self {
        if value < 0x80 {
            let [.., low] = value.to_be_bytes();
            self.out.push(low);
        } else if let Ok(small) = u8::try_from(value) {
            self.fixed(0xcc, small.to_be_bytes());
        } else if let Ok(small) = u16::try_from(value) {
            self.fixed(0xcd, small.to_be_bytes());
        } else if let Ok(small) = u32::try_from(value) {
            self.fixed(0xce, small.to_be_bytes());
        } else {
            self.fixed(0xcf, value.to_be_bytes());
        }
        self
    }

    /// Appends a double. NaN and infinities have no JSON text and become null, as in JavaScript.
    pub fn float(&mut self, value: f64) -> &mut Self {
        if value.is_finite() {
            self.fixed(0xcb, value.to_be_bytes());
            self
        } else {
            self.null()
        }
    }

    /// Appends text.
    pub fn str(&mut self, value: &str) -> &mut Self {
        self.text_head(value.len());
        self.out.extend_from_slice(value.as_bytes());
        self
    }

    /// Announces an array; its items follow.
    pub fn array(&mut self, count: usize) -> &mut Self {
        self.container(count, 0x90, 0xdc)
    }

    /// Announces a map; its keys and values follow in turn.
    pub fn map(&mut self, count: usize) -> &mut Self {
        self.container(count, 0x80, 0xde)
    }

    /// Appends a value that is encoded already.
    pub fn raw(&mut self, value: &[u8]) -> &mut Self {
        self.out.extend_from_slice(value);
        self
    }

    /// How many bytes were written.
    pub fn len(&self) -> usize {
        self.out.len()
    }

    /// True before the first value.
    pub fn is_empty(&self) -> bool {
        self.out.is_empty()
    }

    /// The bytes, as they are.
    pub fn into_bytes(self) -> Vec<u8> {
        self.out
    }

    /// The bytes, checked to be exactly one value that documents accept.
    ///
    /// # Errors
    /// [`MsgpackError::TooDeep`] when values were nested too deep, any other when fewer or more
    /// items were written than announced.
    pub fn finish(self) -> Result<Vec<u8>, MsgpackError> {
        validate(&self.out)?;
        Ok(self.out)
    }

    /// What was written so far.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.out
    }

    /// Sets the count of an empty container's head, if its one byte can hold it.
    pub(crate) fn patch_count(&mut self, head: usize, count: usize) -> bool {
        match (u8::try_from(count), self.out.get_mut(head)) {
            (Ok(small @ 0..16), Some(byte)) => {
                *byte |= small;
                true
            }
            _ => false,
        }
    }

    fn fixed<const N: usize>(&mut self, tag: u8, bytes: [u8; N]) {
        self.out.push(tag);
        self.out.extend_from_slice(&bytes);
    }

    fn text_head(&mut self, length: usize) {
        if let Some(small) = u8::try_from(length).ok().filter(|it| *it < 32) {
            self.out.push(0xa0 | small);
        } else if let Ok(small) = u8::try_from(length) {
            self.fixed(0xd9, small.to_be_bytes());
        } else if let Ok(small) = u16::try_from(length) {
            self.fixed(0xda, small.to_be_bytes());
        } else {
            self.fixed(0xdb, length32(length).to_be_bytes());
        }
    }

    fn container(&mut self, count: usize, fix: u8, wide: u8) -> &mut Self {
        if let Some(small) = u8::try_from(count).ok().filter(|it| *it < 16) {
            self.out.push(fix | small);
        } else if let Ok(small) = u16::try_from(count) {
            self.fixed(wide, small.to_be_bytes());
        } else {
            self.fixed(wide + 1, length32(count).to_be_bytes());
        }
        self
    }
}

/// Lengths are bounded far below by the message size; one above 4 GiB makes the value invalid,
/// which every reader notices, rather than wrapping around.
fn length32(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
