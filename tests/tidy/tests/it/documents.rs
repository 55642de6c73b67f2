//! Documents that must agree with the code.

use std::{collections::BTreeSet, fs};

use certctl_core::{
    ca::{CaEvent, CaState},
    confirmation::{ConfirmationEvent, ConfirmationState},
    deployment::{DeploymentEvent, DeploymentState},
    job::{JobEvent, JobState},
    notification::{DeliveryState, DeliveryStep},
    revocation::{RevocationEvent, RevocationState},
    target_test::{TargetTestEvent, TargetTestState},
};
use certctl_tidy::drawing::{Edge, machine, read};

use crate::checkout_root;

#[track_caller]
fn assert_drawn(heading: &str, states: BTreeSet<String>, machine: &BTreeSet<Edge>) {
    let page = fs::read_to_string(checkout_root().join("docs/concepts/states.md")).unwrap();
    let drawing = read(&page, heading).unwrap();
    let missing: Vec<_> = machine.difference(&drawing.edges).collect();
    let invented: Vec<_> = drawing.edges.difference(machine).collect();
    assert!(
        missing.is_empty() && invented.is_empty(),
        "not drawn: {missing:?}\nnot in the code: {invented:?}"
    );
    assert_eq!(drawing.states(), states, "the states that are drawn");
    let left: BTreeSet<_> = machine.iter().map(|(from, _, _)| from.clone()).collect();
    assert_eq!(drawing.last, states.difference(&left).cloned().collect(), "the states that nothing leaves");
    assert!(!drawing.first.is_empty(), "no state is drawn as a beginning");
}

#[test]
fn the_drawing_of_job_states_is_the_transition_function() {
    let edges = machine(JobState::ALL, JobEvent::ALL, |state, event| state.on(event).ok());
    assert_drawn("## Jobs", JobState::ALL.iter().map(ToString::to_string).collect(), &edges);
}

#[test]
fn the_drawing_of_deployment_states_is_the_transition_function() {
    let edges = machine(DeploymentState::ALL, DeploymentEvent::ALL, |state, event| state.on(event).ok());
    assert_drawn("## Deployments", DeploymentState::ALL.iter().map(ToString::to_string).collect(), &edges);
}

#[test]
fn the_drawing_of_delivery_states_is_the_transition_function() {
    let edges = machine(DeliveryState::ALL, DeliveryStep::ALL, |state, step| state.on(step).ok());
    assert_drawn("## Deliveries", DeliveryState::ALL.iter().map(ToString::to_string).collect(), &edges);
}

#[test]
fn the_drawing_of_revocation_states_is_the_transition_function() {
    let edges = machine(RevocationState::ALL, RevocationEvent::ALL, |state, event| state.on(event).ok());
    assert_drawn("## Revocations", RevocationState::ALL.iter().map(ToString::to_string).collect(), &edges);
}

#[test]
fn the_drawing_of_ca_states_is_the_transition_function() {
    let edges = machine(CaState::ALL, CaEvent::ALL, |state, event| state.on(event).ok());
    assert_drawn("## CAs", CaState::ALL.iter().map(ToString::to_string).collect(), &edges);
}

#[test]
fn the_drawing_of_confirmation_states_is_the_transition_function() {
    let edges = machine(ConfirmationState::ALL, ConfirmationEvent::ALL, |state, event| state.on(event).ok());
    assert_drawn(
        "## Confirmations",
        ConfirmationState::ALL.iter().map(ToString::to_string).collect(),
        &edges,
    );
}

#[test]
fn the_drawing_of_target_test_states_is_the_transition_function() {
    let edges = machine(TargetTestState::ALL, TargetTestEvent::ALL, |state, event| state.on(event).ok());
    assert_drawn(
        "## Tests of targets",
        TargetTestState::ALL.iter().map(ToString::to_string).collect(),
        &edges,
    );
}
