// Package metrics keeps histograms by label values, as services take it from others.
package metrics

import (
	"sort"
	"strings"
	"sync"
)

// HistogramVec is a family of histograms, one for each set of label values ever seen.
type HistogramVec struct {
	mu       sync.Mutex
	labels   []string
	bounds   []float64
	children map[string]*histogram
}

type histogram struct {
	values []string
	counts []uint64
	sum    float64
}

// NewHistogramVec makes a family.
func NewHistogramVec(labels []string, bounds []float64) *HistogramVec {
	return &HistogramVec{labels: labels, bounds: bounds, children: map[string]*histogram{}}
}

// Observe counts a value under its labels.
func (v *HistogramVec) Observe(value float64, labelValues ...string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	child := v.child(labelValues)
	child.counts[sort.SearchFloat64s(v.bounds, value)]++
	child.sum += value
}

// Len is the number of histograms.
func (v *HistogramVec) Len() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return len(v.children)
}

func (v *HistogramVec) child(labelValues []string) *histogram {
	key := strings.Join(labelValues, "\xff")
	if found, ok := v.children[key]; ok {
		return found
	}
	made := v.newHistogram(labelValues)
	v.children[key] = made
	return made
}

func (v *HistogramVec) newHistogram(labelValues []string) *histogram {
	return &histogram{
		values: append([]string(nil), labelValues...),
		counts: make([]uint64, len(v.bounds)+1),
	}
}
