//! Random block-structured models in the notation of the scenarios.

use crate::random::Random;
use std::fmt::Write as _;

/// A process `p` of random blocks.
pub(crate) fn model(random: &mut Random) -> String {
    let start = if random.below(4) == 0 { "start s message=m0" } else { "start s" };
    let other = match random.below(6) {
        0 => "signal=g0",
        1 => "cycle=R3/PT20S",
        _ => "",
    };
    let mut writing = Writing { random, text: format!("process p\n{start}\n"), count: 0 };
    let (first, last) = writing.sequence(3);
    let _ = writeln!(writing.text, "end e\ns -> {first}\n{last} -> e");
    if !other.is_empty() {
        let _ = writeln!(writing.text, "start s0 {other}\ns0 -> {first}");
    }
    writing.text
}

struct Writing<'a> {
    random: &'a mut Random,
    text: String,
    count: u32,
}

impl Writing<'_> {
    fn id(&mut self, stem: &str) -> String {
        self.count += 1;
        format!("{stem}{}", self.count)
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// Some blocks one after the other. Returns the first and the last element.
    fn sequence(&mut self, depth: u32) -> (String, String) {
        let (first, mut last) = self.block(depth);
        for _ in 0..self.random.below(3) {
            let (next, end) = self.block(depth);
            self.line(&format!("{last} -> {next}"));
            last = end;
        }
        (first, last)
    }

    fn block(&mut self, depth: u32) -> (String, String) {
        let kinds = if depth == 0 { 7 } else { 11 };
        match self.random.below(kinds) {
            0..3 => self.task(),
            3 => {
                let id = self.id("c");
                let seconds = self.random.below(20);
                self.line(&format!("catch {id} timer=PT{seconds}S"));
                (id.clone(), id)
            }
            4 => {
                let id = self.id("c");
                let message = self.random.below(3);
                self.line(&format!("catch {id} message=m{message} key==k"));
                (id.clone(), id)
            }
            5 => {
                let id = self.id("c");
                let signal = self.random.below(2);
                self.line(&format!("catch {id} signal=g{signal}"));
                (id.clone(), id)
            }
            6 => {
                let id = self.id("t");
                let signal = self.random.below(2);
                self.line(&format!("throw {id} signal=g{signal}\n  in =n -> thrown"));
                (id.clone(), id)
            }
            7 => self.choice(depth - 1),
            8 => self.ad_hoc(),
            _ => self.subprocess(depth - 1),
        }
    }

    fn task(&mut self) -> (String, String) {
        let id = self.id("a");
        let job_type = self.random.below(3);
        match self.random.below(4) {
            0 => self.line(&format!("user {id} native assignee==string(x)")),
            _ => self.line(&format!("task {id} type=t{job_type}")),
        }
        match self.random.below(5) {
            0 => self.line("  in =random number() -> r"),
            1 => self.line("  in =assert(x, x < 3) -> y"),
            2 => self.line("  out =n + 1 -> result.n"),
            3 => self.line("  in =string(now()) -> at"),
            _ => {}
        }
        self.boundary(&id);
        (id.clone(), id)
    }

    fn choice(&mut self, depth: u32) -> (String, String) {
        let (split, join) = (self.id("g"), self.id("g"));
        let (low, low_end) = self.sequence(depth);
        let (high, high_end) = self.sequence(depth);
        if self.random.below(3) == 0 {
            self.line(&format!("inclusive {split} default={split}-{join}\ninclusive {join}"));
            self.line(&format!("{split} -> {low} if =x < 3\n{split} -> {high} if =x > 1"));
            self.line(&format!("{split} -> {join}"));
        } else {
            self.line(&format!("gateway {split} default={split}-{low}\ngateway {join}"));
            self.line(&format!("{split} -> {low}\n{split} -> {high} if =x > 1"));
        }
        self.line(&format!("{low_end} -> {join}\n{high_end} -> {join}"));
        (split, join)
    }

    fn subprocess(&mut self, depth: u32) -> (String, String) {
        let (id, start, end) = (self.id("u"), self.id("s"), self.id("e"));
        self.line(&format!("sub {id} {{\nstart {start}"));
        let (first, last) = self.sequence(depth);
        self.line(&format!("end {end}\n{start} -> {first}\n{last} -> {end}"));
        if self.random.below(3) == 0 {
            // A second path at the same time.
            let (second, second_end) = self.sequence(0);
            self.line(&format!("{start} -> {second}\n{second_end} -> {end}"));
        }
        self.line("}");
        self.boundary(&id);
        (id.clone(), id)
    }

    /// An ad-hoc subprocess in which the model or a worker decides; nobody else tells it anything.
    fn ad_hoc(&mut self) -> (String, String) {
        let (id, first, second) = (self.id("h"), self.id("a"), self.id("a"));
        let begins = format!("begins=`=[\"{first}\", \"{second}\", \"{first}\"]`");
        let decides = match self.random.below(4) {
            0 => format!("{begins} enough=`=x > 1`"),
            1 => format!("{begins} enough=`=count(r) = 2` waits-for-rest"),
            2 => "type=t0".to_owned(),
            _ => begins,
        };
        self.line(&format!("adhoc {id} {decides} keeps=r each==n {{"));
        self.line(&format!("task {first} type=t1\nscript {second} feel=`n + 1` result=n\n}}"));
        self.boundary(&id);
        (id.clone(), id)
    }

    fn boundary(&mut self, activity: &str) {
        if self.random.below(3) > 0 {
            return;
        }
        let (id, end) = (self.id("b"), self.id("e"));
        let message = self.random.below(3);
        let seconds = 1 + self.random.below(30);
        let waits = match self.random.below(6) {
            4 => format!("signal=g{}", message % 2),
            5 => format!("signal=g{} non-interrupting", message % 2),
            0 => format!("timer=PT{seconds}S"),
            1 => format!("cycle=R2/PT{seconds}S non-interrupting"),
            2 => format!("message=m{message} key==k"),
            _ => format!("message=m{message} key==k non-interrupting"),
        };
        self.line(&format!("boundary {id} on {activity} {waits}\nend {end}\n{id} -> {end}"));
    }
}
