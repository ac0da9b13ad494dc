//! A decision table with what became of each of its rules.
//!
//! ```text
//! UNIQUE  Tier = "gold"  Amount = 400  percent
//! > 2     "gold"         <= 500        5
//!   3     "gold"         [> 500]       10
//! ```

use comfy_table::Table;
use comfy_table::presets::NOTHING;
use dmn::TableText;

/// What became of the rules of a table.
#[derive(Debug, Default)]
pub(super) struct Rules {
    /// The values of the inputs, as FEEL writes them; in the order of the table.
    pub(super) inputs: Vec<String>,
    /// The numbers of the rules that matched, from 1.
    pub(super) matched: Vec<u32>,
    /// Of rules that did not: the number, and that of the first input that did not hold, from 1.
    pub(super) failed: Vec<(u32, u32)>,
}

/// The table as text. Rules that matched are marked by `>`, cells that did not hold by brackets.
pub(super) fn table(written: &TableText, rules: &Rules) -> String {
    let inputs = written.inputs.iter().zip(&rules.inputs);
    let inputs = inputs.map(|(name, value)| format!("{name} = {value}"));
    let mut headings = vec![written.policy.to_owned()];
    headings.extend(inputs);
    // A table that failed at its inputs tells no values of them.
    headings.extend(written.inputs.iter().skip(rules.inputs.len()).map(ToString::to_string));
    headings.extend(written.outputs.iter().map(ToString::to_string));
    let mut table = Table::new();
    table.load_style(NOTHING).set_header(headings);
    for (rule, cells) in (1_u32..).zip(&written.rules) {
        let mark = if rules.matched.contains(&rule) { ">" } else { " " };
        let failed = rules.failed.iter().find(|it| it.0 == rule);
        let mut row = vec![format!("{mark} {rule}")];
        for (column, cell) in (1_u32..).zip(cells) {
            let is_why = failed.is_some_and(|it| it.1 == column);
            let cell = cell.replace('\n', " ");
            row.push(if is_why { format!("[{cell}]") } else { cell });
        }
        table.add_row(row);
    }
    for at in 0..=written.inputs.len() + written.outputs.len() {
        if let Some(column) = table.column_mut(at) {
            column.set_padding((0, 2));
        }
    }
    table.trim_fmt()
}

#[cfg(test)]
mod tests {
    use dmn::TableText;
    use expect_test::expect;

    use super::{Rules, table};

    fn written() -> TableText {
        let rule = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        TableText {
            policy: "FIRST",
            inputs: vec!["Tier".into(), "Amount".into()],
            outputs: vec!["percent".into()],
            rules: vec![rule(["\"gold\"", "> 500", "10"]), rule(["\"gold\"", "-", "5"])],
        }
    }

    #[test]
    fn rules_that_matched_are_marked_and_the_others_say_why_not() {
        let inputs = vec!["\"gold\"".to_owned(), "400".to_owned()];
        let rules = Rules { inputs, matched: vec![2], failed: vec![(1, 2)] };
        expect![[r#"
            FIRST  Tier = "gold"  Amount = 400  percent
              1    "gold"         [> 500]       10
            > 2    "gold"         -             5"#]]
        .assert_eq(&table(&written(), &rules));
    }

    #[test]
    fn inputs_without_a_value_have_their_names() {
        expect![[r#"
            FIRST  Tier    Amount  percent
              1    "gold"  > 500   10
              2    "gold"  -       5"#]]
        .assert_eq(&table(&written(), &Rules::default()));
    }
}
