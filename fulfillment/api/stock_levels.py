"""/api/v1/stock-levels/: read, set, adjusted."""

from drf_spectacular.utils import extend_schema_view
from rest_framework.decorators import action

from fulfillment.api import stock_bodies as bodies
from fulfillment.api.describing_stock import STOCK_LEVELS
from fulfillment.api.stock_writing import check_kind, write_stock
from inventory.api.stock_levels import ReadStockLevels
from oms.core.api.bulk import ALL, Batch, Done


@extend_schema_view(**STOCK_LEVELS)
class StockLevelViewSet(ReadStockLevels):
    """Here because a count may take promised pieces from orders."""

    @action(methods=["post"], detail=False, url_path="set")
    def set_stock(self, request, *args, **kwargs):
        return self._one(self.values(bodies.SetBody))

    @action(methods=["post"], detail=False, url_path="adjust")
    def adjust_stock(self, request, *args, **kwargs):
        return self._one(self.values(bodies.AdjustBody))

    @action(methods=["post"], detail=False)
    def bulk(self, request, *args, **kwargs):
        batch = Batch(self, bodies.StockItemBody)
        check_kind(batch.values)
        whole = batch.mode == ALL
        written = write_stock(request.auth, batch.values, whole=whole)
        for position, problem in written.problems.items():
            batch.refuse(position, problem)
        done = dict.fromkeys(batch.values, Done(200, {}))
        done |= {
            position: Done(200, self.get_serializer(level).data)
            for position, level in written.levels.items()
        }
        return batch.answer(done)

    def _one(self, values: dict):
        written = write_stock(self.request.auth, {0: values})
        for problem in written.problems.values():
            raise problem
        return self.shown(written.levels[0])
