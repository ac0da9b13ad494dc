//! Every message and variant of `log.proto`, with all its fields set, through the strict codec.
//!
//! The codec fails on a field it does not know and writes each value in one way only: what it
//! gives back must be the bytes it was given.

use prost::Message as _;
use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{DescriptorProto, FieldDescriptorProto, FileDescriptorProto, FileDescriptorSet};
use record::{EntryBody, Event, Record, RememberedReply, Reply};
use value::wire::{LEN, Message, VARINT, put_len_prefixed, put_tag, put_varint};

/// The description that is walked.
pub(crate) fn file() -> FileDescriptorProto {
    FileDescriptorSet::decode(proto::log::DESCRIPTORS).unwrap().file.remove(0)
}

/// A document with one variable: also valid where any bytes are.
const DOC: &[u8] = &[0x81, 0xa1, b'a', 0x01];

struct Walk(FileDescriptorProto);

impl Walk {
    fn message(&self, type_name: &str) -> &DescriptorProto {
        let name = type_name.rsplit('.').next().unwrap();
        self.0.message_type.iter().find(|it| it.name() == name).unwrap()
    }

    /// The highest number of an enumeration: a value that is never the default.
    fn last_value(&self, type_name: &str) -> u64 {
        let name = type_name.rsplit('.').next().unwrap();
        let it = self.0.enum_type.iter().find(|it| it.name() == name).unwrap();
        let last = it.value.iter().map(prost_types::EnumValueDescriptorProto::number).max();
        u64::try_from(last.unwrap()).unwrap()
    }

    /// A message with all its fields; of alternatives the one that `variant` picks.
    fn put(&self, message: &DescriptorProto, variant: usize, out: &mut Vec<u8>) {
        let is_choice = |it: &FieldDescriptorProto| {
            it.oneof_index.is_some() && !it.proto3_optional.unwrap_or_default()
        };
        let choices = message.field.iter().filter(|it| is_choice(it)).count();
        let picked = variant.checked_rem(choices);
        for (ix, field) in message.field.iter().enumerate() {
            if picked.is_none_or(|picked| picked == ix) {
                self.put_field(field, variant, out);
            }
        }
    }

    fn put_field(&self, field: &FieldDescriptorProto, variant: usize, out: &mut Vec<u8>) {
        let number = u32::try_from(field.number()).unwrap();
        match field.r#type() {
            Type::Message => {
                put_tag(number, LEN, out);
                let message = self.message(field.type_name());
                put_len_prefixed(out, |out| self.put(message, variant, out));
            }
            Type::Bytes | Type::String => {
                let text = if field.r#type() == Type::Bytes { DOC } else { b"text" };
                put_tag(number, LEN, out);
                put_len_prefixed(out, |out| out.extend_from_slice(text));
            }
            Type::Enum => {
                let value = self.last_value(field.type_name());
                // An enumeration of one value can only have its default, which is not written.
                if value > 0 {
                    put_tag(number, VARINT, out);
                    put_varint(value, out);
                }
            }
            Type::Uint32 | Type::Uint64 | Type::Sint32 | Type::Sint64 | Type::Bool => {
                put_tag(number, VARINT, out);
                put_varint(1, out);
            }
            other => panic!("'{}' has a type that the log does not use: {other:?}", field.name()),
        }
        let is_scalar = !matches!(field.r#type(), Type::Message | Type::Bytes | Type::String);
        assert!(field.label() != Label::Repeated || !is_scalar, "lists of numbers are not used");
    }

    fn check<M: Message>(&self, name: &str) {
        let message = self.message(name);
        for variant in 0..60 {
            let mut bytes = Vec::new();
            self.put(message, variant, &mut bytes);
            let read = M::from_bytes(&bytes);
            let read = read.unwrap_or_else(|it| panic!("{name}, variant {variant}: {it}"));
            assert_eq!(read.to_bytes(), bytes, "{name}, variant {variant}");
        }
    }
}

#[test]
fn the_strict_codec_takes_everything_that_is_described() {
    let walk = Walk(file());
    walk.check::<EntryBody>("EntryBody");
    walk.check::<Record>("Record");
    walk.check::<Event>("Event");
    walk.check::<Reply>("Reply");
    walk.check::<RememberedReply>("RememberedReply");
    walk.check::<record::Settings>("Settings");
}
