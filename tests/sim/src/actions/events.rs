//! Messages, signals, decisions and conditions.

use draw::model::{MESSAGES, SIGNALS, START_MESSAGE, START_SIGNAL};
use record::{
    BroadcastSignal, CommandBody, EvaluateConditional, EvaluateDecision, Key, PublishMessage,
};

use crate::world::World;

/// The decision that models call.
const DECISION: &str = "d";

impl World {
    pub(super) fn publish(&mut self) {
        // Who does not know whether a message arrived sends it again, above all after a restart.
        let is_in_doubt = self.clients.is_in_doubt;
        let again_percent = if is_in_doubt { 60 } else { 20 };
        let from = self.clients.identified.len().saturating_sub(5);
        if self.random.percent(again_percent)
            && let Some(again) = self.random.pick(&self.clients.identified[from..]).cloned()
            && (*again.name != *START_MESSAGE || self.has_room())
        {
            self.clients.is_in_doubt = false;
            self.send_again(again, is_in_doubt);
            return;
        }
        let is_start = self.random.percent(15) && self.has_room();
        let name = if is_start { START_MESSAGE } else { self.random.one_of(&MESSAGES) };
        let key = self.random.below(self.options.correlation_keys);
        let message_id = match self.random.below(3) {
            0 => format!("id-{}", self.random.below(5)),
            _ => String::new(),
        };
        let (variables, time_to_live_ms) =
            (self.draw_variables(), self.random.one_of(&[0, 500, 20_000]));
        let message = PublishMessage {
            name: name.into(),
            correlation_key: format!("key-{key}").as_str().into(),
            time_to_live_ms,
            message_id: message_id.as_str().into(),
            variables,
            ..PublishMessage::default()
        };
        if !message_id.is_empty() && time_to_live_ms > 0 {
            self.clients.identified.push(message.clone());
        }
        self.submit_once(CommandBody::PublishMessage(message));
    }

    pub(super) fn signal(&mut self) {
        let is_start = self.random.percent(25) && self.has_room();
        let name = if is_start { START_SIGNAL } else { self.random.one_of(&SIGNALS) };
        let variables = self.draw_variables();
        let body = BroadcastSignal { name: name.into(), variables };
        self.submit(CommandBody::BroadcastSignal(body));
    }

    pub(super) fn evaluate(&mut self) {
        let variables = self.draw_variables();
        let body = if self.random.percent(60) {
            let decision_id = DECISION.into();
            let body = EvaluateDecision { decision: Key::NONE, decision_id, variables };
            CommandBody::EvaluateDecision(body)
        } else {
            let definition = Key::NONE;
            CommandBody::EvaluateConditional(EvaluateConditional { definition, variables })
        };
        self.submit(body);
    }
}
