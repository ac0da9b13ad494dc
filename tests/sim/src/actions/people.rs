//! What people do with their tasks.

use record::{AssignUserTask, CommandBody, CompleteUserTask, Key, UpdateUserTask, UserTaskChange};
use value::Str;

use crate::node::PARTITION;
use crate::world::World;

impl World {
    /// A task, now and then something that is none.
    fn draw_task(&mut self) -> Key {
        let live: Vec<Key> = self.oracles.tasks.live.keys().copied().collect();
        self.random.pick(&live).copied().unwrap_or(Key::new(PARTITION, 5))
    }

    pub(super) fn change_task(&mut self) {
        let (task, action) = (self.draw_task(), Str::default());
        let assignee = self.random.one_of(&["", "ada", "bob"]).into();
        let body = match self.random.below(4) {
            0 => {
                let priority = i32::try_from(self.random.below(120)).ok();
                let change = UserTaskChange { priority, ..UserTaskChange::default() };
                CommandBody::UpdateUserTask(UpdateUserTask { task, change, action })
            }
            number => {
                let is_claim = number == 1;
                CommandBody::AssignUserTask(AssignUserTask { task, assignee, is_claim, action })
            }
        };
        self.submit(body);
    }

    pub(super) fn complete_task(&mut self, times: u32) {
        let task = self.draw_task();
        for _ in 0..times {
            self.complete_one(task);
        }
    }

    pub(super) fn complete_task_late(&mut self) {
        let Some(task) = self.random.pick(&self.oracles.tasks.ended).copied() else { return };
        self.complete_one(task);
    }

    fn complete_one(&mut self, task: Key) {
        let (variables, action) = (self.draw_variables(), Str::default());
        let body = CompleteUserTask { task, variables, action };
        self.submit_once(CommandBody::CompleteUserTask(body));
    }
}
