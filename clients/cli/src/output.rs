//! The one place that writes to stdout, and only data.

use std::io::{self, Write};

use comfy_table::Table;
use comfy_table::presets::NOTHING;
use serde_json::Value;

/// How answers are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people.
    #[default]
    Table,
    /// One JSON document. Keys are texts, because they do not fit the numbers of many languages.
    Json,
}

impl Format {
    /// The format with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name.trim_start_matches('=') {
            "table" => Some(Self::Table),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

/// Where answers go.
pub(crate) struct Output {
    /// How they are shown.
    pub(crate) format: Format,
    out: Box<dyn Write>,
}

impl Output {
    /// Shows answers on stdout. It stays locked until the value is dropped.
    pub(crate) fn stdout(format: Format) -> Self {
        Self { format, out: Box::new(io::BufWriter::new(io::stdout().lock())) }
    }

    /// Shows answers elsewhere.
    #[cfg(test)]
    pub(crate) fn to(format: Format, out: impl Write + 'static) -> Self {
        Self { format, out: Box::new(out) }
    }

    /// Shows an answer: `json` for programs, `text` for people.
    pub(crate) fn answer(
        &mut self,
        json: impl FnOnce() -> Value,
        text: impl FnOnce() -> String,
    ) -> io::Result<()> {
        self.answer_written(|| json().to_string(), text)
    }

    /// Shows an answer whose JSON is written already.
    pub(crate) fn answer_written(
        &mut self,
        json: impl FnOnce() -> String,
        text: impl FnOnce() -> String,
    ) -> io::Result<()> {
        let text = match self.format {
            Format::Json => json(),
            Format::Table => text(),
        };
        if !text.is_empty() {
            self.line(&text)?;
        }
        self.out.flush()
    }

    /// Writes a line; it is seen after [`Output::flush`] at the latest.
    pub(crate) fn line(&mut self, line: &str) -> io::Result<()> {
        self.out.write_all(line.trim_end_matches('\n').as_bytes())?;
        self.out.write_all(b"\n")
    }

    /// Makes everything written so far visible.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// An answer as JSON.
pub(crate) fn written(answer: &impl serde::Serialize) -> String {
    // Texts are the only keys, and nothing refuses to be written.
    serde_json::to_string(answer).unwrap_or_default()
}

/// Columns under headings, aligned by spaces.
pub(crate) fn table<const N: usize>(
    headings: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING).set_header(headings);
    for row in rows {
        table.add_row(row.map(|cell| cell.replace('\n', " ")));
    }
    for at in 0..N {
        if let Some(column) = table.column_mut(at) {
            column.set_padding((0, 2));
        }
    }
    table.trim_fmt()
}

/// Names and values, one pair per line.
pub(crate) fn pairs(pairs: &[(&str, String)]) -> String {
    let width = pairs.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let lines = pairs.iter().map(|(name, value)| format!("{name:width$}  {value}"));
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{pairs, table};

    #[test]
    fn a_table_is_aligned_by_spaces_and_has_no_lines() {
        let rows = [["1".into(), "a\nb".into()], ["22222".into(), String::new()]];
        expect![[r"
            KEY    NAME
            1      a b
            22222"]]
        .assert_eq(&table(["KEY", "NAME"], rows));
    }

    #[test]
    fn pairs_are_aligned_by_their_longest_name() {
        expect![[r"
            a       1
            longer  2"]]
        .assert_eq(&pairs(&[("a", "1".into()), ("longer", "2".into())]));
    }
}
