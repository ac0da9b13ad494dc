//! Commands as other tools have them, and what they are called here.

/// Verb and noun of other tools, and Baton's command.
const HABITS: &[(&[&str], &[&str], &str)] = &[
    (&["create", "start", "run"], &["instance", "instances", "pi"], "instances create"),
    (&["create", "start", "run"], &["worker", "workers"], "jobs work"),
    (&["cancel"], &["instance", "instances", "pi"], "instances cancel"),
    (&["get", "show", "describe"], &["instance", "instances", "pi"], "instances show"),
    (&["list", "search", "get"], &["incident", "incidents", "inc"], "incidents list"),
    (&["resolve"], &["incident", "incidents", "inc"], "incidents resolve"),
    (&["activate"], &["job", "jobs"], "jobs activate"),
    (&["complete"], &["job", "jobs"], "jobs complete"),
    (&["fail"], &["job", "jobs"], "jobs fail"),
    (&["publish"], &["message", "messages", "msg"], "messages publish"),
    (&["broadcast", "throw"], &["signal", "signals", "sig"], "signals broadcast"),
    (&["set"], &["variable", "variables", "var"], "variables set"),
    (&["list", "search", "get"], &["task", "tasks", "user-task", "user-tasks", "ut"], "tasks list"),
    (&["complete"], &["task", "tasks", "user-task", "user-tasks", "ut"], "tasks complete"),
    (&["assign"], &["task", "tasks", "user-task", "user-tasks", "ut"], "tasks assign"),
    (&["deploy"], &["resource", "process", "workflow"], "deploy"),
    (&["list", "search", "get", "export"], &["record", "records", "events"], "records"),
];

/// Single words of other tools, and Baton's command.
const WORDS: &[(&str, &str)] = &[
    ("status", "cluster status"),
    ("topology", "cluster status"),
    ("help", "--help"),
    ("server", "serve"),
    ("start", "serve"),
    ("worker", "jobs work"),
    ("publish", "messages publish"),
    ("broadcast", "signals broadcast"),
    ("resolve", "incidents resolve"),
    ("evaluate", "feel"),
    ("validate", "lint"),
];

/// What the arguments (without the program's name) would be here, if they are an old habit.
pub(crate) fn suggestion(arguments: &[String]) -> Option<String> {
    let word = |at: usize| arguments.get(at).map(String::as_str);
    let (first, second) = (word(0)?, word(1).unwrap_or_default());
    let known = HABITS.iter().find_map(|(verbs, nouns, command)| {
        let forward = verbs.contains(&first) && nouns.contains(&second);
        // `instance create`: the order is right, the noun is not.
        let singular = nouns.contains(&first) && verbs.contains(&second);
        (forward || singular).then_some((*command, 2))
    });
    let word = || WORDS.iter().find(|(word, _)| *word == first).map(|(_, it)| (*it, 1));
    let (command, used) = known.or_else(word)?;
    let rest = arguments.get(used..).unwrap_or_default();
    Some(
        std::iter::once(format!("baton {command}"))
            .chain(rest.iter().map(|argument| quoted(argument)))
            .collect::<Vec<_>>()
            .join(" "),
    )
}

/// An argument as a shell reads it.
fn quoted(argument: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@,".contains(c);
    if !argument.is_empty() && argument.chars().all(is_plain) {
        argument.to_owned()
    } else {
        format!("'{}'", argument.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::suggestion;

    #[test]
    fn verb_and_noun_are_turned_around_and_the_rest_is_kept() {
        for (habit, command) in [
            (
                &["create", "instance", "order", "--vars", r#"{"a":1}"#][..],
                Some(r#"baton instances create order --vars '{"a":1}'"#),
            ),
            (&["instance", "create", "order"], Some("baton instances create order")),
            (&["deploy", "resource", "order.bpmn"], Some("baton deploy order.bpmn")),
            (&["status"], Some("baton cluster status")),
            (&["list", "inc"], Some("baton incidents list")),
            (&["create", "worker", "it's"], Some(r"baton jobs work 'it'\''s'")),
            (&["frobnicate"], None),
            (&[], None),
        ] {
            let habit: Vec<String> = habit.iter().map(|it| (*it).to_owned()).collect();
            assert_eq!(suggestion(&habit).as_deref(), command, "{habit:?}");
        }
    }
}
