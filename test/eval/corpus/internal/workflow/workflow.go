// Package workflow has many steps, each of which begins a span.
package workflow

import (
	"net/http"

	"example.com/fleet/internal/tracing"
	"example.com/fleet/scenario"
)

// Case leaks over many call paths into one constructor.
func Case() scenario.Case {
	return scenario.Leaks("many-paths", start,
		scenario.On("internal/tracing", []string{"newSpan", "(*Tracer).Begin"}, []string{"(*Tracer).Begin"}))
}

type flow struct{ tracer *tracing.Tracer }

func start(env *scenario.Env) scenario.Service {
	f := &flow{tracing.New()}
	env.Handle("/workflow", f.handle)
	return env.LeakAt("/workflow", tracing.Size)
}

func (f *flow) handle(w http.ResponseWriter, r *http.Request) {
	dice := scenario.Dice(r)
	for i := 0; i < scenario.Count(r); i++ {
		span := steps[dice.Intn(len(steps))](f)
		if !scenario.Kept(r) {
			f.tracer.End(span)
		}
	}
}

var steps = []func(*flow) *tracing.Span{
	(*flow).admitOrder,
	(*flow).checkStock,
	(*flow).reserveStock,
	(*flow).releaseStock,
	(*flow).priceLines,
	(*flow).applyCoupon,
	(*flow).applyTax,
	(*flow).roundTotal,
	(*flow).chargeCard,
	(*flow).refundCard,
	(*flow).holdFunds,
	(*flow).captureFunds,
	(*flow).printInvoice,
	(*flow).mailInvoice,
	(*flow).pickGoods,
	(*flow).packGoods,
	(*flow).weighParcel,
	(*flow).labelParcel,
	(*flow).callCarrier,
	(*flow).trackParcel,
	(*flow).notifyBuyer,
	(*flow).notifySeller,
	(*flow).updateLedger,
	(*flow).closeLedger,
	(*flow).openTicket,
	(*flow).routeTicket,
	(*flow).answerTicket,
	(*flow).closeTicket,
	(*flow).scoreRisk,
	(*flow).reviewRisk,
	(*flow).blockBuyer,
	(*flow).unblockBuyer,
	(*flow).syncCatalog,
	(*flow).indexCatalog,
	(*flow).warmCatalog,
	(*flow).purgeCatalog,
	(*flow).exportOrders,
	(*flow).importOrders,
	(*flow).mergeOrders,
	(*flow).splitOrder,
	(*flow).cancelOrder,
	(*flow).returnGoods,
	(*flow).inspectGoods,
	(*flow).restockGoods,
	(*flow).scrapGoods,
	(*flow).creditBuyer,
	(*flow).debitSeller,
	(*flow).archiveOrder,
	(*flow).eraseBuyer,
	(*flow).auditFlow,
}

func (f *flow) admitOrder() *tracing.Span   { return f.tracer.Begin("admitOrder") }
func (f *flow) checkStock() *tracing.Span   { return f.tracer.Begin("checkStock") }
func (f *flow) reserveStock() *tracing.Span { return f.tracer.Begin("reserveStock") }
func (f *flow) releaseStock() *tracing.Span { return f.tracer.Begin("releaseStock") }
func (f *flow) priceLines() *tracing.Span   { return f.tracer.Begin("priceLines") }
func (f *flow) applyCoupon() *tracing.Span  { return f.tracer.Begin("applyCoupon") }
func (f *flow) applyTax() *tracing.Span     { return f.tracer.Begin("applyTax") }
func (f *flow) roundTotal() *tracing.Span   { return f.tracer.Begin("roundTotal") }
func (f *flow) chargeCard() *tracing.Span   { return f.tracer.Begin("chargeCard") }
func (f *flow) refundCard() *tracing.Span   { return f.tracer.Begin("refundCard") }
func (f *flow) holdFunds() *tracing.Span    { return f.tracer.Begin("holdFunds") }
func (f *flow) captureFunds() *tracing.Span { return f.tracer.Begin("captureFunds") }
func (f *flow) printInvoice() *tracing.Span { return f.tracer.Begin("printInvoice") }
func (f *flow) mailInvoice() *tracing.Span  { return f.tracer.Begin("mailInvoice") }
func (f *flow) pickGoods() *tracing.Span    { return f.tracer.Begin("pickGoods") }
func (f *flow) packGoods() *tracing.Span    { return f.tracer.Begin("packGoods") }
func (f *flow) weighParcel() *tracing.Span  { return f.tracer.Begin("weighParcel") }
func (f *flow) labelParcel() *tracing.Span  { return f.tracer.Begin("labelParcel") }
func (f *flow) callCarrier() *tracing.Span  { return f.tracer.Begin("callCarrier") }
func (f *flow) trackParcel() *tracing.Span  { return f.tracer.Begin("trackParcel") }
func (f *flow) notifyBuyer() *tracing.Span  { return f.tracer.Begin("notifyBuyer") }
func (f *flow) notifySeller() *tracing.Span { return f.tracer.Begin("notifySeller") }
func (f *flow) updateLedger() *tracing.Span { return f.tracer.Begin("updateLedger") }
func (f *flow) closeLedger() *tracing.Span  { return f.tracer.Begin("closeLedger") }
func (f *flow) openTicket() *tracing.Span   { return f.tracer.Begin("openTicket") }
func (f *flow) routeTicket() *tracing.Span  { return f.tracer.Begin("routeTicket") }
func (f *flow) answerTicket() *tracing.Span { return f.tracer.Begin("answerTicket") }
func (f *flow) closeTicket() *tracing.Span  { return f.tracer.Begin("closeTicket") }
func (f *flow) scoreRisk() *tracing.Span    { return f.tracer.Begin("scoreRisk") }
func (f *flow) reviewRisk() *tracing.Span   { return f.tracer.Begin("reviewRisk") }
func (f *flow) blockBuyer() *tracing.Span   { return f.tracer.Begin("blockBuyer") }
func (f *flow) unblockBuyer() *tracing.Span { return f.tracer.Begin("unblockBuyer") }
func (f *flow) syncCatalog() *tracing.Span  { return f.tracer.Begin("syncCatalog") }
func (f *flow) indexCatalog() *tracing.Span { return f.tracer.Begin("indexCatalog") }
func (f *flow) warmCatalog() *tracing.Span  { return f.tracer.Begin("warmCatalog") }
func (f *flow) purgeCatalog() *tracing.Span { return f.tracer.Begin("purgeCatalog") }
func (f *flow) exportOrders() *tracing.Span { return f.tracer.Begin("exportOrders") }
func (f *flow) importOrders() *tracing.Span { return f.tracer.Begin("importOrders") }
func (f *flow) mergeOrders() *tracing.Span  { return f.tracer.Begin("mergeOrders") }
func (f *flow) splitOrder() *tracing.Span   { return f.tracer.Begin("splitOrder") }
func (f *flow) cancelOrder() *tracing.Span  { return f.tracer.Begin("cancelOrder") }
func (f *flow) returnGoods() *tracing.Span  { return f.tracer.Begin("returnGoods") }
func (f *flow) inspectGoods() *tracing.Span { return f.tracer.Begin("inspectGoods") }
func (f *flow) restockGoods() *tracing.Span { return f.tracer.Begin("restockGoods") }
func (f *flow) scrapGoods() *tracing.Span   { return f.tracer.Begin("scrapGoods") }
func (f *flow) creditBuyer() *tracing.Span  { return f.tracer.Begin("creditBuyer") }
func (f *flow) debitSeller() *tracing.Span  { return f.tracer.Begin("debitSeller") }
func (f *flow) archiveOrder() *tracing.Span { return f.tracer.Begin("archiveOrder") }
func (f *flow) eraseBuyer() *tracing.Span   { return f.tracer.Begin("eraseBuyer") }
func (f *flow) auditFlow() *tracing.Span    { return f.tracer.Begin("auditFlow") }
