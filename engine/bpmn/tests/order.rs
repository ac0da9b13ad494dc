//! The order process compiles to the graph that its picture shows.

#[test]
fn the_order_process_compiles() {
    let bytes = include_bytes!("../../../tests/fixtures/order.bpmn");
    let resource = bpmn::compile("order.bpmn", bytes);
    assert_eq!(resource.map(|it| it.processes.len()), Ok(1));
}
