"""Takes one order through the process of tests/fixtures/order.bpmn, with pyzeebe.

    pip install pyzeebe==4.7.0
    python clients/examples/python/order.py [HOST:PORT] [paid|late|unpaid]

A late order is paid when its customer is reminded, after 14 days; an unpaid one never, and is
canceled after 21 days. Move the clock of a server with `--clock controllable` to see them.
"""

import asyncio
import sys
from pathlib import Path

from pyzeebe import Job, ZeebeClient, ZeebeWorker, create_insecure_channel

MODEL = Path(__file__).parents[3] / "tests" / "fixtures" / "order.bpmn"
DAYS_21_SECONDS = 21 * 24 * 60 * 60


async def main(address: str = "127.0.0.1:26500", fate: str = "paid") -> None:
    channel = create_insecure_channel(grpc_address=address)
    client = ZeebeClient(channel)
    worker = ZeebeWorker(channel, request_timeout=5_000, poll_retry_delay=1)
    cashier = ZeebeWorker(channel, request_timeout=5_000, poll_retry_delay=1)
    pays, is_over = asyncio.Event(), asyncio.Event()

    @cashier.task(task_type="retrieve-payment")
    async def retrieve_payment(orderId: str, amount: int) -> dict:
        print(f"{orderId}: {amount} paid", flush=True)
        return {"paid": True}

    @worker.task(task_type="remind-customer")
    async def remind_customer(orderId: str) -> dict:
        print(f"{orderId}: reminded", flush=True)
        if fate == "late":
            pays.set()
        return {}

    @worker.task(task_type="cancel-order")
    async def cancel_order(job: Job, orderId: str) -> dict:
        print(f"{orderId}: canceled, instance {job.process_instance_key} ends", flush=True)
        is_over.set()
        return {}

    @worker.task(task_type="fetch-inventory")
    async def fetch_inventory(orderId: str, paid: bool) -> dict:
        print(f"{orderId}: fetched, paid is {paid}", flush=True)
        return {"packed": True}

    @worker.task(task_type="ship-order")
    async def ship_order(job: Job, orderId: str) -> dict:
        print(f"{orderId}: shipped, instance {job.process_instance_key} ends", flush=True)
        is_over.set()
        return {"trackingId": f"T-{orderId}"}

    await client.deploy_resource(MODEL)
    order = f"order-{fate}"
    variables = {"orderId": order, "amount": 42}
    await client.publish_message("order placed", correlation_key=order, variables=variables)
    print(f"{order}: placed", flush=True)
    if fate == "paid":
        pays.set()

    async def pay_in_time() -> None:
        await pays.wait()
        await cashier.work()

    working = [asyncio.create_task(worker.work()), asyncio.create_task(pay_in_time())]
    await asyncio.wait_for(is_over.wait(), timeout=DAYS_21_SECONDS + 60)
    # Lets the last job's result reach the server before the workers end.
    await worker.stop()
    await working[0]
    if pays.is_set():
        await cashier.stop()
    else:
        working[1].cancel()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
