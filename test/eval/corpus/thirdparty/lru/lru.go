// Package lru is a cache with a fixed number of entries, as services take it from others.
package lru

import (
	"container/list"
	"sync"
)

// Cache forgets the entry used longest ago once it is full.
type Cache struct {
	mu       sync.Mutex
	capacity int
	order    *list.List
	entries  map[string]*list.Element
	onEvict  func(key string, value interface{})
}

type entry struct {
	key   string
	value interface{}
}

// New makes a cache; onEvict may be nil.
func New(capacity int, onEvict func(key string, value interface{})) *Cache {
	return &Cache{capacity: capacity, order: list.New(), entries: map[string]*list.Element{}, onEvict: onEvict}
}

// Add stores a value as the most recently used one.
func (c *Cache) Add(key string, value interface{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if element, ok := c.entries[key]; ok {
		element.Value.(*entry).value = value
		c.order.MoveToFront(element)
		return
	}
	c.entries[key] = c.order.PushFront(&entry{key, value})
	for c.order.Len() > c.capacity {
		c.removeOldest()
	}
}

// Get returns a value and marks it as used.
func (c *Cache) Get(key string) (interface{}, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	element, ok := c.entries[key]
	if !ok {
		return nil, false
	}
	c.order.MoveToFront(element)
	return element.Value.(*entry).value, true
}

// Fetch returns a value, made by load where it is not there.
func (c *Cache) Fetch(key string, load func(key string) interface{}) interface{} {
	if value, ok := c.Get(key); ok {
		return value
	}
	value := load(key)
	c.Add(key, value)
	return value
}

func (c *Cache) removeOldest() {
	element := c.order.Back()
	c.order.Remove(element)
	gone := element.Value.(*entry)
	delete(c.entries, gone.key)
	if c.onEvict != nil {
		c.onEvict(gone.key, gone.value)
	}
}
