package story_test

import (
	"io/fs"
	"testing"
	"testing/fstest"
	"time"

	"github.com/promise-slo/promise-slo-datasource/internal/story"
	"github.com/promise-slo/promise-slo-datasource/pkg/definition"
)

// TestReviewsAtAnyTime checks that the product reads them without complaint but for the
// target that has drifted, whenever the story is told.
func TestReviewsAtAnyTime(t *testing.T) {
	files := fstest.MapFS{}
	names, err := fs.Glob(story.Definitions(), "*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(story.Definitions(), name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: text}
	}
	for n := range 40 {
		at := time.Now().Add(-time.Duration(n) * 61 * time.Hour)
		files["reviews.yaml"] = &fstest.MapFile{Data: []byte(story.Reviews(at))}
		set, err := definition.Load(t.Context(), files)
		if err != nil || len(set.Problems) != 1 {
			t.Fatalf("at %s: %v, %v in\n%s", at, err, set.Problems, story.Reviews(at))
		}
	}
}
