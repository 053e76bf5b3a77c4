package stores

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// servesAllBlocks reports whether a Mimir serves all blocks of its bucket that are
// within its retention, and no others. It claims to be ready before: a part of it
// lists the blocks of each tenant in an index, and another reads the index, and
// until both have, the tenant has no data.
func servesAllBlocks(ctx context.Context, base, bucket string, retention time.Duration) bool {
	metas, err := filepath.Glob(filepath.Join(bucket, "*", "*", "meta.json"))
	if err != nil {
		return false
	}
	want := 0
	for tenant := range tenantDirs(metas) {
		maxTimes, err := blockEnds(filepath.Join(tenant, "bucket-index.json.gz"))
		if err != nil {
			return false
		}
		oldest := time.Now().Add(-retention).UnixMilli()
		if retention > 0 && slices.ContainsFunc(maxTimes, func(t int64) bool { return t < oldest }) {
			return false
		}
		want += len(maxTimes)
	}
	return servedBlocks(ctx, base) == want
}

// tenantDirs returns the tenants' folders in which there are blocks.
func tenantDirs(metas []string) map[string]bool {
	tenants := map[string]bool{}
	for _, meta := range metas {
		tenants[filepath.Dir(filepath.Dir(meta))] = true
	}
	return tenants
}

// blockEnds returns the ends of the blocks in a tenant's index.
func blockEnds(path string) (maxTimes []int64, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	text, err := gzip.NewReader(file)
	if err != nil {
		return nil, err
	}
	var index struct {
		Blocks []struct {
			MaxTime int64 `json:"max_time"`
		}
	}
	if err := json.NewDecoder(text).Decode(&index); err != nil {
		return nil, err
	}
	for _, block := range index.Blocks {
		maxTimes = append(maxTimes, block.MaxTime)
	}
	return maxTimes, nil
}

// servedBlocks returns the number of blocks that the server says it serves, -1 if
// it does not say.
func servedBlocks(ctx context.Context, base string) int {
	const metric = `cortex_bucket_store_blocks_loaded{component="store-gateway"} `
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/metrics", nil)
	if err != nil {
		return -1
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return -1
	}
	defer func() { _ = response.Body.Close() }()
	for lines := bufio.NewScanner(response.Body); lines.Scan(); {
		if value, found := strings.CutPrefix(lines.Text(), metric); found {
			if n, err := strconv.Atoi(value); err == nil {
				return n
			}
		}
	}
	return -1
}
