//! The declarations: structs, enumerations and one-ofs with their field numbers.

/// Declares a struct with numbered fields and its encoding. Numbers ascend and are never reused.
///
/// ```
/// value::wire_struct! {
///     /// A point on a plane.
///     pub struct Point {
///         /// Distance to the right.
///         1 => pub x: i64,
///         /// Distance upwards.
///         2 => pub y: i64,
///     }
/// }
/// use value::wire::Message;
/// let bytes = Point { x: 1, y: 0 }.to_bytes();
/// assert_eq!(bytes, [0x08, 0x02]);
/// assert_eq!(Point::from_bytes(&bytes), Ok(Point { x: 1, y: 0 }));
/// ```
#[macro_export]
macro_rules! wire_struct {
    ($(#[$meta:meta])* $vis:vis struct $name:ident {
        $($(#[$field_meta:meta])* $number:literal => $field_vis:vis $field:ident: $type:ty,)*
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Default)]
        $vis struct $name {
            $($(#[$field_meta])* $field_vis $field: $type,)*
        }

        impl $crate::wire::Message for $name {
            fn encode(&self, out: &mut Vec<u8>) {
                // A message may have no fields.
                let _ = &out;
                $($crate::wire::Field::put(&self.$field, $number, out);)*
            }

            fn merge(
                &mut self,
                number: u32,
                kind: u8,
                input: &mut $crate::wire::Reader<'_>,
            ) -> Result<(), $crate::wire::WireError> {
                let _ = (kind, &input);
                match number {
                    $($number => $crate::wire::Field::take(&mut self.$field, number, kind, input),)*
                    field => Err($crate::wire::WireError::UnknownField {
                        message: stringify!($name),
                        field,
                    }),
                }
            }
        }

        $crate::wire_message_field!($name);
    };
}

/// Declares an enumeration without payload. The first value must be number 0, the default.
#[macro_export]
macro_rules! wire_enum {
    ($(#[$meta:meta])* $vis:vis enum $name:ident {
        $(#[$first_meta:meta])* 0 => $first:ident,
        $($(#[$item_meta:meta])* $number:literal => $item:ident,)*
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
        $vis enum $name {
            $(#[$first_meta])* #[default] $first,
            $($(#[$item_meta])* $item,)*
        }

        impl $name {
            /// The number on the wire.
            $vis const fn number(self) -> u64 {
                match self {
                    Self::$first => 0,
                    $(Self::$item => $number,)*
                }
            }

            /// The value with this number, if this version knows it.
            $vis const fn from_number(number: u64) -> Option<Self> {
                match number {
                    0 => Some(Self::$first),
                    $($number => Some(Self::$item),)*
                    _ => None,
                }
            }
        }

        impl $crate::wire::Field for $name {
            fn put(&self, number: u32, out: &mut Vec<u8>) {
                $crate::wire::Field::put(&self.number(), number, out);
            }

            fn put_always(&self, number: u32, out: &mut Vec<u8>) {
                $crate::wire::Field::put_always(&self.number(), number, out);
            }

            fn take(
                &mut self,
                number: u32,
                kind: u8,
                input: &mut $crate::wire::Reader<'_>,
            ) -> Result<(), $crate::wire::WireError> {
                let mut value = 0u64;
                $crate::wire::Field::take(&mut value, number, kind, input)?;
                *self = Self::from_number(value).ok_or($crate::wire::WireError::UnknownValue {
                    name: stringify!($name),
                    value,
                })?;
                Ok(())
            }
        }
    };
}

/// Declares a message that holds exactly one of several messages. The first is the default.
#[macro_export]
macro_rules! wire_oneof {
    ($(#[$meta:meta])* $vis:vis enum $name:ident {
        $(#[$first_meta:meta])* $first_number:literal => $first:ident($first_type:ty),
        $($(#[$item_meta:meta])* $number:literal => $item:ident($type:ty),)*
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        $vis enum $name {
            $(#[$first_meta])* $first($first_type),
            $($(#[$item_meta])* $item($type),)*
        }

        impl Default for $name {
            fn default() -> Self {
                Self::$first(Default::default())
            }
        }

        impl $crate::wire::Message for $name {
            fn encode(&self, out: &mut Vec<u8>) {
                match self {
                    Self::$first(value) => {
                        $crate::wire::Field::put_always(value, $first_number, out);
                    }
                    $(Self::$item(value) => {
                        $crate::wire::Field::put_always(value, $number, out);
                    })*
                }
            }

            fn merge(
                &mut self,
                number: u32,
                kind: u8,
                input: &mut $crate::wire::Reader<'_>,
            ) -> Result<(), $crate::wire::WireError> {
                match number {
                    $first_number => {
                        let mut value = <$first_type>::default();
                        $crate::wire::Field::take(&mut value, number, kind, input)?;
                        *self = Self::$first(value);
                    }
                    $($number => {
                        let mut value = <$type>::default();
                        $crate::wire::Field::take(&mut value, number, kind, input)?;
                        *self = Self::$item(value);
                    })*
                    field => {
                        return Err($crate::wire::WireError::UnknownField {
                            message: stringify!($name),
                            field,
                        });
                    }
                }
                Ok(())
            }
        }

        $crate::wire_message_field!($name);
    };
}

/// Lets a message be a field of another message.
#[macro_export]
macro_rules! wire_message_field {
    ($name:ident) => {
        impl $crate::wire::Field for $name {
            fn put(&self, number: u32, out: &mut Vec<u8>) {
                $crate::wire::put_message(self, number, false, out);
            }

            fn put_always(&self, number: u32, out: &mut Vec<u8>) {
                $crate::wire::put_message(self, number, true, out);
            }

            fn take(
                &mut self,
                number: u32,
                kind: u8,
                input: &mut $crate::wire::Reader<'_>,
            ) -> Result<(), $crate::wire::WireError> {
                $crate::wire::take_message(self, number, kind, input)
            }
        }
    };
}
