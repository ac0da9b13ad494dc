//! Rules that can never match, because one of their cells holds for no value.

use std::collections::BTreeMap;

use super::super::{Cell, Table};
use super::column::Column;
use super::{FindingKind, Found, LISTED_MAX, listed, number};
use crate::evaluate::shown;

/// Finds them, whatever the hit policy, in the columns that can be judged.
pub(super) fn matching(table: &Table, columns: &[Result<Column, String>], found: &mut Found<'_>) {
    // Rules often have the same cell in a column.
    let mut by_text: Vec<BTreeMap<&str, bool>> = vec![BTreeMap::new(); columns.len()];
    let mut not_listed = Vec::new();
    let mut listed_count = 0;
    for (ix, rule) in table.rules.iter().enumerate() {
        let mut cells = rule.cells.iter().zip(columns).zip(&mut by_text);
        let never = cells.find_map(|((cell, column), known)| {
            let column = column.as_ref().ok()?;
            let is_never = *known.entry(cell.text()).or_insert_with(|| holds_nowhere(column, cell));
            is_never.then_some((cell, column))
        });
        let Some((cell, column)) = never else { continue };
        if listed_count == LISTED_MAX {
            not_listed.push(number(ix));
            continue;
        }
        listed_count += 1;
        let (cell, why) = (shown(cell.text()), column.why_never());
        let message = format!("Rule {} never matches: its cell '{cell}' {why}.", ix + 1);
        found.add(FindingKind::NeverMatches, vec![number(ix)], message);
    }
    if !not_listed.is_empty() {
        let message =
            format!("Never matching, and not listed, are the rules {}.", listed(&not_listed));
        found.add(FindingKind::NeverMatches, not_listed, message);
    }
}

fn holds_nowhere(column: &Column, cell: &Cell) -> bool {
    !matches!(cell, Cell::Any) && column.holds(cell).is_some_and(|it| it.is_empty())
}
