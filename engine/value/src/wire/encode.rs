//! Writing, and how each basic type becomes a field.

use super::{Field, LEN, Message, Reader, VARINT, WireError};
use crate::Str;
use std::sync::Arc;

/// Appends a varint.
pub fn put_varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(low_bits(value) | 0x80);
        value >>= 7;
    }
    out.push(low_bits(value));
}

fn low_bits(value: u64) -> u8 {
    u8::try_from(value & 0x7f).expect("seven bits fit a byte")
}

/// Appends a field's number and wire type.
pub fn put_tag(number: u32, kind: u8, out: &mut Vec<u8>) {
    put_varint(u64::from(number) << 3 | u64::from(kind), out);
}

/// Appends what `write` writes, after its length.
pub fn put_len_prefixed(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    // One byte is right for most messages; longer ones are moved once.
    let start = out.len();
    out.push(0);
    write(out);
    let length = out.len() - start - 1;
    if let Ok(byte @ 0..0x80) = u8::try_from(length) {
        out[start] = byte;
        return;
    }
    let mut prefix = Vec::with_capacity(5);
    put_varint(length as u64, &mut prefix);
    out.splice(start..=start, prefix);
}

macro_rules! varint_field {
    ($($type:ty),*) => {$(
        impl Field for $type {
            fn put(&self, number: u32, out: &mut Vec<u8>) {
                if *self != 0 {
                    self.put_always(number, out);
                }
            }

            fn put_always(&self, number: u32, out: &mut Vec<u8>) {
                put_tag(number, VARINT, out);
                put_varint(u64::from(*self), out);
            }

            fn take(&mut self, number: u32, kind: u8, input: &mut Reader<'_>) -> Result<(), WireError> {
                Reader::expect(number, kind, VARINT)?;
                *self = <$type>::try_from(input.varint()?).map_err(|_| WireError::Overflow { offset: 0 })?;
                Ok(())
            }
        }
    )*};
}

varint_field!(u64, u32, u16, u8);

/// Signed numbers are zigzag encoded (`sint64`), so that -1 takes one byte.
macro_rules! zigzag_field {
    ($($type:ty),*) => {$(
        impl Field for $type {
            fn put(&self, number: u32, out: &mut Vec<u8>) {
                if *self != 0 {
                    self.put_always(number, out);
                }
            }

            fn put_always(&self, number: u32, out: &mut Vec<u8>) {
                let wide = i64::from(*self);
                put_tag(number, VARINT, out);
                put_varint((wide << 1 ^ wide >> 63).cast_unsigned(), out);
            }

            fn take(&mut self, number: u32, kind: u8, input: &mut Reader<'_>) -> Result<(), WireError> {
                Reader::expect(number, kind, VARINT)?;
                let raw = input.varint()?;
                let wide = (raw >> 1).cast_signed() ^ -(raw & 1).cast_signed();
                *self = <$type>::try_from(wide).map_err(|_| WireError::Overflow { offset: 0 })?;
                Ok(())
            }
        }
    )*};
}

zigzag_field!(i64, i32);

impl Field for bool {
    fn put(&self, number: u32, out: &mut Vec<u8>) {
        u8::from(*self).put(number, out);
    }

    fn put_always(&self, number: u32, out: &mut Vec<u8>) {
        u8::from(*self).put_always(number, out);
    }

    fn take(&mut self, number: u32, kind: u8, input: &mut Reader<'_>) -> Result<(), WireError> {
        Reader::expect(number, kind, VARINT)?;
        *self = match input.varint()? {
            0 => false,
            1 => true,
            value => return Err(WireError::UnknownValue { name: "bool", value }),
        };
        Ok(())
    }
}

fn put_slice(number: u32, bytes: &[u8], out: &mut Vec<u8>) {
    put_tag(number, LEN, out);
    put_varint(bytes.len() as u64, out);
    out.extend_from_slice(bytes);
}

impl Field for Str {
    fn put(&self, number: u32, out: &mut Vec<u8>) {
        if !self.is_empty() {
            self.put_always(number, out);
        }
    }

    fn put_always(&self, number: u32, out: &mut Vec<u8>) {
        put_slice(number, self.as_bytes(), out);
    }

    fn take(&mut self, number: u32, kind: u8, input: &mut Reader<'_>) -> Result<(), WireError> {
        Reader::expect(number, kind, LEN)?;
        *self = input.text()?.into();
        Ok(())
    }
}

impl Field for Arc<[u8]> {
    fn put(&self, number: u32, out: &mut Vec<u8>) {
        if !self.is_empty() {
            self.put_always(number, out);
        }
    }

    fn put_always(&self, number: u32, out: &mut Vec<u8>) {
        put_slice(number, self, out);
    }

    fn take(&mut self, number: u32, kind: u8, input: &mut Reader<'_>) -> Result<(), WireError> {
        Reader::expect(number, kind, LEN)?;
        *self = input.slice()?.into();
        Ok(())
    }
}

impl<T: Field + Default> Field for Vec<T> {
    fn put(&self, number: u32, out: &mut Vec<u8>) {
        for item in self {
            item.put_always(number, out);
        }
    }

    fn put_always(&self, number: u32, out: &mut Vec<u8>) {
        self.put(number, out);
    }

    fn take(&mut self, number: u32, kind: u8, input: &mut Reader<'_>) -> Result<(), WireError> {
        let mut item = T::default();
        item.take(number, kind, input)?;
        self.push(item);
        Ok(())
    }
}

impl<T: Field + Default> Field for Option<T> {
    fn put(&self, number: u32, out: &mut Vec<u8>) {
        if let Some(value) = self {
            value.put_always(number, out);
        }
    }

    fn put_always(&self, number: u32, out: &mut Vec<u8>) {
        self.put(number, out);
    }

    fn take(&mut self, number: u32, kind: u8, input: &mut Reader<'_>) -> Result<(), WireError> {
        self.get_or_insert_default().take(number, kind, input)
    }
}

impl<T: Field + Default> Field for Box<T> {
    fn put(&self, number: u32, out: &mut Vec<u8>) {
        T::put(self, number, out);
    }

    fn put_always(&self, number: u32, out: &mut Vec<u8>) {
        T::put_always(self, number, out);
    }

    fn take(&mut self, number: u32, kind: u8, input: &mut Reader<'_>) -> Result<(), WireError> {
        T::take(self, number, kind, input)
    }
}

/// Appends a message as a field; an empty one is left out unless `always`.
pub fn put_message<M: Message>(message: &M, number: u32, always: bool, out: &mut Vec<u8>) {
    let start = out.len();
    put_tag(number, LEN, out);
    let body = out.len();
    put_len_prefixed(out, |out| message.encode(out));
    if !always && out.len() == body + 1 {
        out.truncate(start);
    }
}

/// Reads a message as a field.
pub fn take_message<M: Message>(
    message: &mut M,
    number: u32,
    kind: u8,
    input: &mut Reader<'_>,
) -> Result<(), WireError> {
    Reader::expect(number, kind, LEN)?;
    let mut nested = input.nested()?;
    while !nested.is_empty() {
        let (number, kind) = nested.tag()?;
        message.merge(number, kind, &mut nested)?;
    }
    Ok(())
}
