"""Takes one order through the process of tests/fixtures/order.bpmn, with pyzeebe.

    pip install pyzeebe==4.7.0
    python clients/examples/python/order.py [HOST:PORT]
"""

import asyncio
import sys
from pathlib import Path

from pyzeebe import Job, ZeebeClient, ZeebeWorker, create_insecure_channel

MODEL = Path(__file__).parents[3] / "tests" / "fixtures" / "order.bpmn"


async def main(address: str) -> None:
    channel = create_insecure_channel(grpc_address=address)
    client = ZeebeClient(channel)
    worker = ZeebeWorker(channel, request_timeout=5_000, poll_retry_delay=1)
    shipped = asyncio.Event()

    @worker.task(task_type="retrieve-payment")
    async def retrieve_payment(orderId: str, amount: int) -> dict:
        print(f"{orderId}: {amount} paid", flush=True)
        return {"paid": True}

    @worker.task(task_type="fetch-inventory")
    async def fetch_inventory(orderId: str, paid: bool) -> dict:
        print(f"{orderId}: fetched, paid is {paid}", flush=True)
        return {"packed": True}

    @worker.task(task_type="ship-order")
    async def ship_order(job: Job, orderId: str) -> dict:
        print(f"{orderId}: shipped, instance {job.process_instance_key} ends", flush=True)
        shipped.set()
        return {"trackingId": f"T-{orderId}"}

    await client.deploy_resource(MODEL)
    variables = {"orderId": "order-1", "amount": 42}
    await client.publish_message("order placed", correlation_key="order-1", variables=variables)
    working = asyncio.create_task(worker.work())
    await asyncio.wait_for(shipped.wait(), timeout=30)
    # Lets the last job's result reach the server before the worker ends.
    await worker.stop()
    await working


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:26500"))
