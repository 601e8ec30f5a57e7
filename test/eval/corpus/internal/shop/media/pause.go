package media

import (
	"runtime/metrics"
	"time"
)

const longestPause = 60 // milliseconds

// awaitMark waits while a mark is about to end. The garbage of a minute is made in milliseconds here, but a
// mark takes as long as ever: without a pause, what is allocated during a mark, and so survives it, would be
// a thousand times what it is in life.
func awaitMark() {
	before := look()
	for waited := 0; waited < longestPause && before.objects > before.goal/100*97; waited++ {
		time.Sleep(time.Millisecond)
		if look().cycles != before.cycles {
			return
		}
	}
}

type pacing struct{ objects, goal, cycles uint64 }

func look() pacing {
	samples := []metrics.Sample{
		{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/gc/heap/goal:bytes"}, {Name: "/gc/cycles/total:gc-cycles"},
	}
	metrics.Read(samples)
	return pacing{samples[0].Value.Uint64(), samples[1].Value.Uint64(), samples[2].Value.Uint64()}
}
