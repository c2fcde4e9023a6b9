"""Who gets what, in one place. A letter admits a role; who is not admitted gets 403,
and a stranger the login page. An address or an action that is not here fails a test.

    S support   L operations lead   P packer   R returns   B buyer   F finance
    I integrator   A auditor   * superuser
    all: all of them   open: strangers too   -: nobody   405: not by this method
    …/404: to others it is not there   !…: to all, strangers too
    left: 405, and who is not in is led away
"""

from inventory.models import Location
from oms.core.models import SavedView, User

LETTERS = {
    "S": "support",
    "L": "operations lead",
    "P": "packer",
    "R": "returns",
    "B": "buyer",
    "F": "finance",
    "I": "integrator",
    "A": "auditor",
    "*": "superuser",
}
SHEET = 1  # of goods that came in
STAFF = "".join(LETTERS)

# The pages of a model: list, row and its history; the form of a new one; saving a row;
# deleting it. "row": the deletion of a part of another page, by its own address.
MODELS = """
    model                              sees       adds  changes    deletes
    auth.group                         *          *     *          *
    core.apikey                        IA*        I*    -          -
    core.apirequest                    IA*        -     -          -
    core.event                         SLPRBFIA*  -     -          -
    core.dailyexport                   LA*        L*    L*         L*
    core.job                           SLPRBFIA*  -     -          -
    core.importrun                     SLBIA*     -     -          -
    core.user                          A*         *     *          *
    core.webhookdelivery               IA*        -     -          -
    core.webhookendpoint               IA*        I*    -          -
    core.workitem                      SLPRBFIA*  -     SLPRBFI*   -
    inventory.location                 SLRBA*     L*    L*         -
    inventory.locationgroup            SLRBA*     *     *          -
    inventory.product                  SLPRBIA*   B*    B*         -
    inventory.stocklevel               SLPRBA*    -     -          -
    inventory.stockmovement            SLRBA*     -     -          -
    channels.hookcall                  SLIA*      -     -          -
    channels.listing                   SLBIA*     I*    I*         -
    channels.channel                   SLFIA*     *     I*         -
    channels.inboundmessage            SLIA*      -     -          -
    orders.customer                    SLFA*      -     -          -
    orders.hold                        SLFA*      -     -          -
    orders.riskassessment              SLFA*      -     -          -
    orders.riskrule                    SLFA*      *     *          -
    orders.blocklistentry              SLFA*      *     *          -
    orders.order                       SLRBFIA*   -     -          -
    orders.payment                     SLFA*      -     -          -
    orders.paymenttransaction          SLFA*      -     -          -
    orders.paymentrequest              SLFA*      -     -          -
    fulfillment.package                SLA*       L*    L*         -
    fulfillment.pickscan               SLA*       -     -          -
    fulfillment.wave                   SLPA*      -     -          -
    fulfillment.packscan               SLA*       -     -          -
    fulfillment.routingdecision        SLA*       -     -          -
    fulfillment.fulfillmentorder       SLPA*      -     -          -
    fulfillment.fulfillmentorderline   SLPA*      -     -          -
    fulfillment.label                  SLPA*      -     -          -
    fulfillment.routingpolicy          SLA*       L*    L*         -
    fulfillment.ratetable              SLA*       *     *          -
    fulfillment.ratezone               SLA*       *     *          *
    fulfillment.rate                   SLA*       *     *          *
    fulfillment.shipment               SLPA*      -     -          -
    fulfillment.shipmentline           SLPA*      -     -          -
    fulfillment.trackingevent          SLA*       -     -          -
    returns.returnpolicy               SLRFA*     *     *          -
    returns.return                     SLRFA*     -     -          -
    returns.returnline                 SLRFA*     -     -          -
    returns.returnitem                 SLRFA*     -     -          -
    returns.refund                     SLRFA*     -     -          -
    returns.refundpart                 SLRFA*     -     -          -
    returns.refundline                 SLRFA*     -     -          -
"""

# Every other address, and each tool of a page (after the name of the address).
ADDRESSES = """
    address                                    GET        POST
    settings                                   all        all
    index                                      all        all
    login                                      open       open
    logout                                     left       open
    password_change                            all        all
    password_change_done                       all        405
    autocomplete                               -          405
    jsi18n                                     all        405
    app_list                                   all        all
    anything                                   404        404
    view_on_site                               404        404
    hook                                       405        !404
    healthz                                    open       405
    readyz                                     !503       405

    background                                 LI*        405
    background_act                             405        LI*
    preferences                                all        all
    search                                     all        405
    auth_user_password_change                  *          *
    core_apikey_tool revoke                    I*         I*
    core_apikey_tool rotate                    I*         I*
    core_job_change                            LI*/404    -
    core_importrun_change                      LI*/404    -
    core_importrun_errors                      LI*/404    405
    core_importrun_rows                        LI*/404    405
    core_importrun_upload                      405        SLBI*
    core_importrun_answer                      405        LI*/404
    core_importrun_apply                       405        L*/404
    core_importrun_discard                     405        LI*/404
    core_importrun_undo                        405        L*/404
    core_job_again                             405        L*/404
    core_job_go_on                             405        L*/404
    core_job_file                              404        405
    core_workitem_export_list                  405        L*
    core_webhookdelivery_tool replay           I*         I*
    core_webhookendpoint_edit                  I*         I*
    core_webhookendpoint_test                  405        I*
    core_webhookendpoint_tool pause            I*         I*
    core_webhookendpoint_tool replay           I*         I*
    core_webhookendpoint_tool rotate           I*         I*
    core_webhookendpoint_tool switch-off       I*         I*
    core_webhookendpoint_tool switch-on        I*         I*
    core_workitem_exceptions                   all        405
    core_dailyexport_tool send-now             L*         L*
    core_workitem_exceptions_act               405        SLPRBFI*

    inventory_location_export_list             405        LBA*
    inventory_location_tool unknown-parcel     LR*        LR*
    inventory_stocklevel_adjust                LB*        LB*
    inventory_stocklevel_receive               LB*        LB*
    inventory_stocklevel_sheet                 SLPRBA*    LB*
    inventory_product_export_list              405        LBA*
    inventory_stockmovement_export_list        405        LBA*
    inventory_stocklevel_export_list           405        LBA*
    inventory_stocklevel_tool arrival          SLPRBA*    SLPRBA*
    inventory_stocklevel_tool bin              LB*        LB*
    inventory_stocklevel_tool condition        LB*        LB*
    inventory_stocklevel_tool count            LB*        LB*
    inventory_stocklevel_tool safety-stock     LB*        LB*

    channels_channel_tool make-secret          I*         I*
    channels_listing_export_list               405        LBIA*

    orders_customer_erase                      *          *
    orders_customer_export                     405        S*
    orders_customer_export_list                405        S*
    orders_customer_merge                      L*         L*
    orders_hold_release                        SL*        SL*
    orders_order_accept                        SL*        SL*
    orders_order_address                       SL*        SL*
    orders_order_annotate                      405        SL*
    orders_order_bulk                          405        SLRBFIA*
    orders_order_cancel                        SL*        SL*
    orders_order_cancel_pieces                 SL*        SL*
    orders_order_do capture                    405        F*
    orders_order_do confirm                    405        SL*
    orders_order_do release                    405        L*
    orders_order_do route                      405        L*
    orders_order_export_list                   405        SLFA*
    orders_paymenttransaction_export_list      405        FA*
    orders_order_hold                          SL*        SL*
    orders_order_note                          405        SL*
    orders_order_record_payment                F*         F*
    orders_order_reship                        SL*        SL*
    orders_order_return                        SLR*       SLR*
    orders_order_tool goodwill                 SLF*       SLF*
    orders_order_tool try                      SLA*       SLA*
    orders_order_view_add                      SLRBFIA*   SLRBFIA*
    orders_order_view_change                   L*         L*

    fulfillment_fulfillmentorder_do release    405        L*
    fulfillment_fulfillmentorder_tool accept   L*         L*
    fulfillment_fulfillmentorder_tool ask-back SL*        SL*
    fulfillment_fulfillmentorder_tool ask-no-more SL*     SL*
    fulfillment_fulfillmentorder_tool given-back LP*      LP*
    fulfillment_fulfillmentorder_tool kept     LP*        LP*
    fulfillment_fulfillmentorder_tool let-in   L*         L*
    fulfillment_fulfillmentorder_tool move     L*         L*
    fulfillment_fulfillmentorder_tool reject   LP*        LP*
    fulfillment_fulfillmentorder_tool supplied LP*        LP*
    fulfillment_label_print                    SLPA*      LP*
    fulfillment_hand_over                      LP*        LP*
    fulfillment_pack_station                   LP*        LP*
    fulfillment_pick_waves                     LP*        LP*
    fulfillment_shipment_export_list           405        SLA*
    fulfillment_shipment_slip                  SLPA*      SLPA*
    fulfillment_shipment_tool void-label       LP*        LP*
    fulfillment_wave_cancel                    405        L*
    fulfillment_wave_make                      405        L*
    fulfillment_wave_print                     SLPA*      SLPA*

    returns_desk                               LR*        LR*
    returns_return_export_list                 405        SLRFA*
    returns_return_tool approve                SLR*       SLR*
    returns_return_tool cancel                 SLR*       SLR*
    returns_return_tool close                  LR*        LR*
    returns_return_tool decide                 LR*        LR*
    returns_return_tool decline                SLR*       SLR*
    returns_return_tool deny                   SLF*       SLF*
    returns_return_tool match                  LR*        LR*
    returns_return_tool preview                SLF*       SLF*
    returns_return_tool receive                LR*        LR*
    returns_return_tool refund                 SLF*       SLF*
    returns_returnitem_tool decide             LR*        LR*
    returns_refund_tool approve                F*         F*
    returns_refund_tool deny                   F*         F*
"""


# What is done to many rows from a list.
ACTIONS = """
    model                      action                  admits
    auth.group                 delete_selected         *
    core.user                  delete_selected         *
    core.webhookdelivery       replay                  I*
    orders.customer            merge                   L*
    orders.paymentrequest      try_again               F*
    fulfillment.label          void_labels             LP*
    fulfillment.routingpolicy  activate                L*
    fulfillment.routingpolicy  make_drafts             L*
    fulfillment.shipment       buy_labels              LP*
    fulfillment.shipment       ship_with_label         LP*
    fulfillment.shipment       void_labels_of_parcels  LP*
"""

# What the addresses hold besides keys of rows, and what is sent to some.
VALUES: dict[str, dict[str, object]] = {
    "app_list": {"app_label": "core"},
    "anything": {"url": "no/such/page/"},
    "view_on_site": {"content_type_id": "0", "object_id": "0"},
    "hook": {"code": "shop"},
    "auth_user_password_change": {"id": lambda: User.objects.latest("pk").pk},
    "inventory_stocklevel_sheet": {"sheet": SHEET},
    "orders_order_accept": {"kind": "duplicate"},
    "orders_order_view_change": {"pk": lambda: SavedView.objects.latest("pk").pk},
}
FORMS: dict[str, dict[str, object]] = {
    "background_act": {"retry": "all"},
    "core_workitem_exceptions_act": {"care": "take"},
    "fulfillment_wave_make": {"location": lambda: Location.objects.get(code="BER").pk},
}


def rows(text: str) -> list[list[str]]:
    """The words of each line but the first."""
    return [line.split() for line in text.strip().splitlines()[1:] if line.strip()]


def read() -> dict[tuple[str, str], str]:
    """{(address, method): who is admitted, or what all get}."""
    found = {}
    for *name, get, post in rows(ADDRESSES):
        found[" ".join(name), "GET"] = get
        found[" ".join(name), "POST"] = post
    for model, sees, adds, changes, deletes in rows(MODELS):
        name = model.replace(".", "_")
        pages = {
            "changelist": (sees, sees),
            "history": (sees, sees),
            "add": (adds, adds),
            "change": (sees, changes),
            "delete": (deletes, deletes),
            "short": ("all", "all"),  # leads to the row's page
            "tool none": ("404", "404"),
        }
        for page, columns in pages.items():
            for method, column in zip(("GET", "POST"), columns, strict=True):
                found.setdefault((f"{name}_{page}", method), column)
    return found
