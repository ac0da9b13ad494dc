//! The only writers of state: one file per aggregate, each a plain reaction to an event.
//!
//! State built from the events alone equals the state built from the commands; the tests check
//! it after every scenario. So nothing here decides anything.

mod ad_hoc;
mod attached;
mod compensation;
mod conditional;
mod decision;
mod definition;
mod file;
mod idempotency;
mod incident;
mod instance;
mod job;
mod message;
mod multi_instance;
mod partition;
mod request;
mod signal;
mod stream;
mod subscription;
mod suspension;
mod timer;
mod tokens;
mod user_task;
mod variable;

use crate::state::State;
use record::{Event, Record};

/// Changes the state by one record.
pub(crate) fn apply(state: &mut State, record: &Record) {
    state.meta.saw_key(record.key);
    attached::note(state, record.key, &record.event);
    match &record.event {
        Event::ProcessInstance(it) => instance::on_element(state, record.key, it),
        Event::Process(it) => definition::on_process(state, record.key, it),
        Event::ProcessInstanceCreation(it) => instance::on_creation(state, it),
        Event::Migration(it) => instance::on_migration(state, it),
        Event::ProcessEvent(it) => instance::on_trigger(state, record.key, it),
        Event::Job(it) => job::on_job(state, record.key, it),
        Event::JobBatch(it) => job::on_batch(state, it),
        Event::Variable(it) => variable::on_variable(state, record.key, it),
        Event::Incident(it) => incident::on_incident(state, record.key, it),
        Event::Timer(it) => timer::on_timer(state, record.key, it),
        Event::Message(it) => message::on_message(state, record.key, it),
        Event::MessageSubscription(it) => message::on_subscription(state, record.key, it),
        Event::ProcessMessageSubscription(it) => {
            subscription::on_subscription(state, record.key, it);
        }
        Event::MessageStartSubscription(it) => definition::on_start(state, record.key, it),
        Event::Form(it) => file::on_file(&mut state.forms, record.key, it),
        Event::Resource(it) => file::on_file(&mut state.resources, record.key, it),
        Event::UserTask(it) => user_task::on_user_task(state, record.key, it),
        Event::CompensationSubscription(it) => {
            compensation::on_compensation(state, record.key, it);
        }
        Event::ConditionalSubscription(it) => conditional::on_conditional(state, record.key, it),
        Event::SignalSubscription(it) => signal::on_subscription(state, record.key, it),
        Event::Decision(it) => decision::on_decision(state, record.key, it),
        Event::DecisionRequirements(it) => decision::on_requirements(state, record.key, it),
        Event::MultiInstance(it) => multi_instance::on_multi_instance(state, record.key, it),
        Event::AdHocInstruction(it) => ad_hoc::on_instruction(state, it),
        Event::ComplexGateway(it) => tokens::on_complex_gateway(state, record.key, it),
        Event::Clock(it) => partition::on_clock(state, it),
        Event::Settings(it) => partition::on_settings(state, it),
        Event::Logic(it) => partition::on_logic(state, it),
        Event::KeysSkipped(it) => partition::on_skipped(state, it),
        Event::Idempotency(it) => idempotency::on_idempotency(state, record.key, it),
        Event::ReplyRemembered(it) => request::on_reply(state, it),
        Event::RequestsSettled(it) => request::on_settled(state, it, record.timestamp),
        Event::StreamOpened(it) => stream::on_opened(state, it),
        Event::StreamCredited(it) => stream::on_credit(state, it),
        Event::StreamClosed(it) => stream::on_closed(state, it),
        Event::TermStarted(it) => stream::on_term(state, it),
        Event::WorkParked(it) => partition::on_parked(state, it),
        Event::WorkResumed(_) => partition::on_resumed(state),
        Event::StepHeld(it) => suspension::on_step(state, it),
        Event::JobHeld(it) => suspension::on_job(state, it),
        Event::Deployment(_)
        | Event::ResourceDeletion(_)
        | Event::ProcessInstanceResult(_)
        | Event::VariableDocument(_)
        | Event::Error(_)
        | Event::Escalation(_)
        | Event::Signal(_)
        | Event::DecisionEvaluation(_)
        | Event::Modification(_)
        | Event::Rejection(_) => {}
    }
}
