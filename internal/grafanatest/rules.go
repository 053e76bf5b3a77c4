package grafanatest

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
)

const groupPath = "/api/v1/provisioning/folder/{uid}/rule-groups/{group}"

// ruleStore holds the alert rules, and the intervals of groups by folder and name.
type ruleStore struct {
	all       []object
	intervals map[[2]string]any
}

// ProvisionRules makes all alert rules that are there such as come from a
// provisioning file.
func (s *Server) ProvisionRules() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.rules.all {
		r["provenance"] = "file"
	}
}

func (s *Server) listRules(*http.Request, object) (int, any) {
	return http.StatusOK, append([]object{}, s.rules.all...)
}

func keyOf(r *http.Request) [2]string { return [2]string{r.PathValue("uid"), r.PathValue("group")} }

func inGroup(key [2]string) func(object) bool {
	return func(r object) bool { return r["folderUID"] == key[0] && r["ruleGroup"] == key[1] }
}

func (s *Server) ruleGroup(r *http.Request, _ object) (int, any) {
	key := keyOf(r)
	if !slices.ContainsFunc(s.rules.all, inGroup(key)) {
		return said(http.StatusNotFound, "NotFound")
	}
	return http.StatusOK, object{"title": key[1], "folderUid": key[0], "interval": s.rules.intervals[key]}
}

// saveRuleGroup replaces the group, and takes rules of these uids from others.
func (s *Server) saveRuleGroup(r *http.Request, body object) (int, any) {
	key := keyOf(r)
	if _, ok := s.folders[key[0]]; !ok {
		return said(http.StatusNotFound, "folder not found")
	}
	saved := map[any]object{}
	for _, one := range body["rules"].([]any) {
		rule := complete(one.(object), key)
		if rule["for"] == "" {
			return said(http.StatusBadRequest, "bad request data")
		}
		if r.Header.Get("X-Disable-Provenance") == "" {
			rule["provenance"] = "api"
		}
		saved[rule["uid"]] = rule
	}
	s.rules.all = slices.DeleteFunc(s.rules.all, func(old object) bool {
		return inGroup(key)(old) || saved[old["uid"]] != nil
	})
	s.rules.all = slices.AppendSeq(s.rules.all, maps.Values(saved))
	slices.SortFunc(s.rules.all, func(a, b object) int { return cmp.Compare(a["uid"].(string), b["uid"].(string)) })
	if s.rules.intervals == nil {
		s.rules.intervals = map[[2]string]any{}
	}
	s.rules.intervals[key] = body["interval"]
	return http.StatusOK, body
}

// complete returns a rule with what Grafana adds.
func complete(rule object, key [2]string) object {
	for _, q := range rule["data"].([]any) {
		query := q.(object)
		model := query["model"].(object)
		model["intervalMs"], model["maxDataPoints"] = 1000., 43200.
		if query["relativeTimeRange"] == nil {
			query["relativeTimeRange"] = object{"from": 0, "to": 0}
		}
	}
	maps.Copy(rule, object{"id": 5, "orgID": 1, "folderUID": key[0], "ruleGroup": key[1], "provenance": "", "updated": "2026-01-02T03:04:05Z"})
	for name, value := range map[string]any{"keep_firing_for": "0s", "notification_settings": nil, "record": nil} {
		if rule[name] == nil {
			rule[name] = value
		}
	}
	return rule
}
