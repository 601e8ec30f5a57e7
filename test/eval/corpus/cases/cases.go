// Package cases lists all cases of the corpus.
package cases

import (
	"example.com/fleet/internal/arena"
	"example.com/fleet/internal/audit"
	"example.com/fleet/internal/avatar"
	"example.com/fleet/internal/batch"
	"example.com/fleet/internal/bufpool"
	"example.com/fleet/internal/burst"
	"example.com/fleet/internal/cart"
	"example.com/fleet/internal/cellar"
	"example.com/fleet/internal/coupon"
	"example.com/fleet/internal/crew"
	"example.com/fleet/internal/debuglog"
	"example.com/fleet/internal/dedup"
	"example.com/fleet/internal/deploy"
	"example.com/fleet/internal/dialogue"
	"example.com/fleet/internal/dns"
	"example.com/fleet/internal/feed"
	"example.com/fleet/internal/handles"
	"example.com/fleet/internal/heartbeat"
	"example.com/fleet/internal/inbox"
	"example.com/fleet/internal/index"
	"example.com/fleet/internal/ingest"
	"example.com/fleet/internal/jobs"
	"example.com/fleet/internal/live"
	"example.com/fleet/internal/loyalty"
	"example.com/fleet/internal/mailer"
	"example.com/fleet/internal/memtable"
	"example.com/fleet/internal/middleware"
	"example.com/fleet/internal/model"
	"example.com/fleet/internal/outbox"
	"example.com/fleet/internal/payment/gateway"
	"example.com/fleet/internal/presence"
	"example.com/fleet/internal/printer"
	"example.com/fleet/internal/proxy"
	"example.com/fleet/internal/quote"
	"example.com/fleet/internal/ranking"
	"example.com/fleet/internal/rates"
	"example.com/fleet/internal/regions"
	"example.com/fleet/internal/replica"
	"example.com/fleet/internal/rotate"
	"example.com/fleet/internal/scratch"
	"example.com/fleet/internal/search/pattern"
	"example.com/fleet/internal/session"
	"example.com/fleet/internal/slo"
	"example.com/fleet/internal/statement"
	"example.com/fleet/internal/strtab"
	"example.com/fleet/internal/telemetry"
	"example.com/fleet/internal/tenant"
	"example.com/fleet/internal/thumbs"
	"example.com/fleet/internal/ticker"
	"example.com/fleet/internal/undo"
	"example.com/fleet/internal/upstream/inventory"
	"example.com/fleet/internal/watch"
	"example.com/fleet/internal/wire"
	"example.com/fleet/internal/wishlist"
	"example.com/fleet/internal/workflow"
	"example.com/fleet/scenario"
)

// All returns every case.
func All() []scenario.Case {
	all := []scenario.Case{
		session.Case(),
		dedup.Case(),
		audit.Case(),
		quote.Case(),
		watch.Case(),
		inventory.Case(),
		jobs.Case(),
		heartbeat.Case(),
		ticker.Case(),
		ingest.Case(),
		telemetry.Case(),
		live.Case(),
		rates.Case(),
		wire.Case(),
		statement.Case(),
		handles.Case(),
		gateway.Case(),
		workflow.Case(),
		arena.Case(),
		pattern.Case(),
		feed.Case(),
		debuglog.Case(),
		outbox.Case(),
		coupon.Case(),
		wishlist.Case(),
		inbox.Case(),
		loyalty.Case(),
		ranking.Case(),
		index.Case(),
		middleware.Case(),
		tenant.Case(),
		printer.Case(),
		strtab.Case(),
		undo.Case(),
		mailer.Case(),
		regions.Case(),
		burst.Case(),
		bufpool.Case(),
		presence.Case(),
		memtable.Case(),
		slo.Case(),
		rotate.Case(),
		scratch.Case(),
		dialogue.Case(),
		replica.Case(),
		strtab.Saturating(), deploy.Case(), deploy.Rare(),
	}
	for _, several := range [][]scenario.Case{
		avatar.Cases(), cellar.Cases(), thumbs.Cases(), dns.Cases(), cart.Cases(), batch.Cases(), model.Cases(), crew.Cases(), proxy.Cases(),
	} {
		all = append(all, several...)
	}
	return all
}
