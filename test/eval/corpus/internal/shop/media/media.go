// Package media makes thumbnails, whose pixels are most of the service's garbage.
package media

import (
	"net/http"
	"strconv"
)

// Handler renders as many bytes of pixels as asked and answers a checksum.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		wanted, _ := strconv.Atoi(r.FormValue("bytes"))
		sum := 0
		for ; wanted > 0; wanted -= 512 << 10 {
			awaitMark()
			sum += thumbnail(512 << 10)
		}
		_, _ = w.Write([]byte(strconv.Itoa(sum)))
	})
}

func thumbnail(size int) int {
	picture := decode(size)
	return int(picture[len(picture)/2]) + len(scale(picture))
}

func decode(size int) []byte { return make([]byte, size*3/4) }

func scale(picture []byte) []byte { return make([]byte, len(picture)/3) }
