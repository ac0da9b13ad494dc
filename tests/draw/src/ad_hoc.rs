//! Ad-hoc subprocesses in which the model or a worker decides what begins.

use crate::model::{JOB_TYPES, Pen, Scope};

impl Pen<'_> {
    pub(crate) fn ad_hoc(&mut self, scope: &mut Scope) -> String {
        let id = self.id("h");
        let mut inner = Scope::default();
        let mut begin: Vec<String> = Vec::new();
        for _ in 0..self.random.between(1, 3) {
            let task = self.plain_task(&mut inner);
            match begin.last() {
                Some(before) if self.random.percent(30) => inner.flow(&before.clone(), &task),
                _ => begin.push(task),
            }
        }
        let ids: Vec<String> = begin.iter().map(|it| format!("\"{it}\"")).collect();
        let begins = format!("begins=`=[{}]`", ids.join(", "));
        let decides = match self.random.below(5) {
            0 => format!("{begins} enough=`=x > 1`"),
            1 => format!("{begins} enough=`=count(r) = 2` waits-for-rest"),
            2 | 3 => format!("type={}", self.random.one_of(&JOB_TYPES)),
            _ => begins,
        };
        let marker = self.marker();
        let line = format!("adhoc {id}{marker} {decides} keeps=r each==n");
        scope.add(&id, line).inner = Some(inner);
        self.dress(scope, &id);
        id
    }

    fn plain_task(&mut self, scope: &mut Scope) -> String {
        let id = self.id("a");
        let line = match self.random.below(4) {
            0 => format!("script {id} feel=`n + 1` result=n"),
            1 => format!("user {id} native"),
            _ => format!("task {id} type={}", self.random.one_of(&JOB_TYPES)),
        };
        scope.add(&id, line);
        id
    }
}
