//! Whatever happens to a file, it is read or refused: no panic, and the same answer each time.

use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::{collection, proptest};

const ORDER: &str = include_str!("../../../../tests/fixtures/order.bpmn");

/// Pieces that mean something to a reader of BPMN.
const PIECES: [&str; 16] = [
    "<",
    ">",
    "</bpmn:process>",
    "<bpmn:subProcess id=\"x\">",
    "</bpmn:subProcess>",
    "&lt;",
    "&#0;",
    "\"",
    "=",
    " id=\"x\"",
    "<!--",
    "]]>",
    "<![CDATA[",
    "xmlns=\"\"",
    "\u{0}",
    "ä",
];

/// One change of the text, at a place given as a fraction of its length.
#[derive(Clone, Debug)]
enum Change {
    Insert(u16, &'static str),
    Remove(u16, u8),
    /// Copies what begins at the first place to the second.
    Copy(u16, u16, u8),
    Cut(u16),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        (any::<u16>(), 0..PIECES.len()).prop_map(|(at, piece)| Change::Insert(at, PIECES[piece])),
        (any::<u16>(), any::<u8>()).prop_map(|(at, count)| Change::Remove(at, count)),
        (any::<u16>(), any::<u16>(), any::<u8>())
            .prop_map(|(from, to, count)| Change::Copy(from, to, count)),
        any::<u16>().prop_map(Change::Cut),
        Just(Change::Insert(0, " ")),
    ]
}

fn mutate(text: &[u8], changes: &[Change]) -> Vec<u8> {
    let mut bytes = text.to_vec();
    for change in changes {
        let length = bytes.len();
        let place = |fraction: u16| length * usize::from(fraction) / 65_536;
        match *change {
            Change::Insert(at, piece) => {
                let at = place(at);
                bytes.splice(at..at, piece.bytes());
            }
            Change::Remove(at, count) => {
                let at = place(at);
                let end = (at + usize::from(count)).min(bytes.len());
                bytes.drain(at..end);
            }
            Change::Copy(from, to, count) => {
                let (from, to) = (place(from), place(to));
                let end = (from + usize::from(count)).min(bytes.len());
                let piece = bytes[from..end].to_vec();
                bytes.splice(to..to, piece);
            }
            Change::Cut(at) => {
                let at = place(at);
                bytes.truncate(at);
            }
        }
    }
    bytes
}

proptest! {
    #[test]
    fn a_mutated_file_is_read_or_refused(changes in collection::vec(change(), 1..6)) {
        let bytes = mutate(ORDER.as_bytes(), &changes);
        let first = bpmn::compile("mutated.bpmn", &bytes);
        let second = bpmn::compile("mutated.bpmn", &bytes);
        assert_eq!(format!("{first:?}"), format!("{second:?}"));
        // What was accepted is read without validation, and comes to the same graph.
        let accepted = bpmn::compile_accepted(&bytes);
        if first.is_ok() {
            assert_eq!(format!("{accepted:?}"), format!("{first:?}"));
        }
        if let Err(problems) = first {
            assert!(!problems.is_empty());
            assert!(problems.iter().all(|problem| !problem.message.is_empty()));
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in collection::vec(any::<u8>(), 0..200)) {
        assert!(bpmn::compile("bytes", &bytes).is_err());
    }
}
