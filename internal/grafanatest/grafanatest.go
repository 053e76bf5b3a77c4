// Package grafanatest imitates the part of Grafana's HTTP API that arranges teams,
// folders, dashboards and alert rules, for tests without a Grafana. It answers as Grafana 12
// does to a service account with the role Admin.
package grafanatest

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Login names the service account.
const Login = "sa-1-sync"

// Token signs it in.
const Token = "glsa_test"

// object abbreviates the type of a JSON object.
type object = map[string]any

// Server imitates a Grafana. It has one data source of SLO Promise, "promise".
type Server struct {
	URL string

	mu          sync.Mutex
	refusals    map[string]refusal
	writes      []string
	dataSources []object
	teams       []object
	folders     map[string]object
	// By folder.
	permissions map[string][]object
	// Dashboards by uid.
	boards map[string]stored
	rules  ruleStore
}

type stored struct {
	board     object
	folderUID string
	version   int
}

type refusal struct {
	status  int
	message string
}

// New starts a Grafana that runs until the test ends.
func New(t testing.TB) *Server {
	t.Helper()
	s := &Server{
		refusals: map[string]refusal{}, folders: map[string]object{}, permissions: map[string][]object{}, boards: map[string]stored{},
		dataSources: []object{{"uid": "metrics", "name": "Metrics", "type": "prometheus"}, {"uid": "promise", "name": "Promise", "type": "promise-slo-datasource"}},
	}
	server := httptest.NewServer(s.routes())
	t.Cleanup(server.Close)
	s.URL = server.URL
	return s
}

// SetDataSources replaces the data sources with some of SLO Promise.
func (s *Server) SetDataSources(uids ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dataSources = nil
	for _, uid := range uids {
		s.dataSources = append(s.dataSources, object{"uid": uid, "name": "Name of " + uid, "type": "promise-slo-datasource"})
	}
}

// Refuse answers a request, such as "POST /api/teams", with an error from now on.
func (s *Server) Refuse(request string, status int, message string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refusals[request] = refusal{status, message}
}

// Writes returns the requests since the last call that were no reads.
func (s *Server) Writes() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	writes := s.writes
	s.writes = nil
	return writes
}

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	for pattern, answer := range map[string]func(*http.Request, object) (int, any){
		"GET /api/user":                          s.user,
		"GET /api/datasources":                   s.listDataSources,
		"GET /api/teams/search":                  s.searchTeams,
		"POST /api/teams":                        s.createTeam,
		"GET /api/folders":                       s.listFolders,
		"GET /api/folders/{uid}":                 s.folder,
		"POST /api/folders":                      s.createFolder,
		"PUT /api/folders/{uid}":                 s.renameFolder,
		"GET /api/access-control/folders/{uid}":  s.listPermissions,
		"POST /api/access-control/folders/{uid}": s.setPermissions,
		"GET /api/dashboards/uid/{uid}":          s.dashboard,
		"POST /api/dashboards/db":                s.saveDashboard,
		"GET /api/search":                        s.search,
		"GET /api/v1/provisioning/alert-rules":   s.listRules,
		"GET " + groupPath:                       s.ruleGroup,
		"PUT " + groupPath:                       s.saveRuleGroup,
	} {
		mux.HandleFunc(pattern, s.answering(answer))
	}
	return mux
}

// answering wraps what answers with a status and an object.
func (s *Server) answering(answer func(*http.Request, object) (int, any)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		status, body := s.respond(r, answer)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(body) // who asked has gone
	}
}

func (s *Server) respond(r *http.Request, answer func(*http.Request, object) (int, any)) (int, any) {
	request := r.Method + " " + r.URL.Path
	if r.Header.Get("Authorization") != "Bearer "+Token {
		return said(http.StatusUnauthorized, "Invalid API key")
	}
	if refused, ok := s.refusals[request]; ok {
		return said(refused.status, refused.message)
	}
	var body object
	if r.Method != http.MethodGet {
		s.writes = append(s.writes, request)
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			return said(http.StatusBadRequest, "bad request data")
		}
	}
	return answer(r, body)
}

func said(status int, message string) (int, any) { return status, object{"message": message} }

func (s *Server) user(*http.Request, object) (int, any) {
	return http.StatusOK, object{"id": 0, "login": Login}
}

func (s *Server) listDataSources(*http.Request, object) (int, any) {
	return http.StatusOK, s.dataSources
}

func (s *Server) searchTeams(r *http.Request, _ object) (int, any) {
	found := []object{}
	for _, t := range s.teams {
		if t["name"] == r.URL.Query().Get("name") {
			found = append(found, t)
		}
	}
	return http.StatusOK, object{"teams": found}
}

func (s *Server) createTeam(_ *http.Request, body object) (int, any) {
	for _, t := range s.teams {
		if t["name"] == body["name"] {
			return said(http.StatusConflict, "Team name taken")
		}
	}
	id := len(s.teams) + 1
	s.teams = append(s.teams, object{"id": id, "name": body["name"]})
	return http.StatusOK, object{"teamId": id, "message": "Team created"}
}

func (s *Server) listFolders(*http.Request, object) (int, any) {
	all := []object{}
	for _, uid := range slices.Sorted(maps.Keys(s.folders)) {
		all = append(all, s.folders[uid])
	}
	return http.StatusOK, all
}

func (s *Server) folder(r *http.Request, _ object) (int, any) {
	f, ok := s.folders[r.PathValue("uid")]
	if !ok {
		return said(http.StatusNotFound, "folder not found")
	}
	return http.StatusOK, f
}

func (s *Server) createFolder(_ *http.Request, body object) (int, any) {
	uid := body["uid"].(string)
	if _, ok := s.folders[uid]; ok {
		return said(http.StatusConflict, "a folder with that uid exists")
	}
	s.folders[uid] = object{"uid": uid, "title": body["title"]}
	s.permissions[uid] = []object{
		{"userId": 2., "permission": "Admin"}, {"builtInRole": "Editor", "permission": "Edit"}, {"builtInRole": "Viewer", "permission": "View"},
	}
	return http.StatusOK, s.folders[uid]
}

func (s *Server) renameFolder(r *http.Request, body object) (int, any) {
	s.folders[r.PathValue("uid")]["title"] = body["title"]
	return http.StatusOK, s.folders[r.PathValue("uid")]
}

// listPermissions adds what follows from Grafana's own roles.
func (s *Server) listPermissions(r *http.Request, _ object) (int, any) {
	all := []object{{"builtInRole": "Admin", "permission": "Admin", "isManaged": false}}
	for _, p := range s.permissions[r.PathValue("uid")] {
		listed := object{"isManaged": true, "permission": p["permission"]}
		switch {
		case p["builtInRole"] != nil:
			listed["builtInRole"] = p["builtInRole"]
		case p["teamId"] != nil:
			listed["teamId"], listed["team"] = p["teamId"], s.teams[int(p["teamId"].(float64))-1]["name"]
		case p["userId"] == 2.:
			listed["userId"], listed["userLogin"], listed["isServiceAccount"] = 2, Login, true
		default:
			listed["userId"], listed["userLogin"] = p["userId"], "somebody"
		}
		all = append(all, listed)
	}
	return http.StatusOK, all
}

// setPermissions forgets what is not named, which is the harder of what
// versions of Grafana do.
func (s *Server) setPermissions(r *http.Request, body object) (int, any) {
	var own []object
	for _, p := range body["permissions"].([]any) {
		if one := p.(object); one["permission"] != "" {
			own = append(own, one)
		}
	}
	s.permissions[r.PathValue("uid")] = own
	return said(http.StatusOK, "Permissions updated")
}

func (s *Server) dashboard(r *http.Request, _ object) (int, any) {
	found, ok := s.boards[r.PathValue("uid")]
	if !ok {
		return said(http.StatusNotFound, "Dashboard not found")
	}
	found.board["id"], found.board["version"] = 7, found.version
	return http.StatusOK, object{"dashboard": found.board, "meta": object{"folderUid": found.folderUID, "version": found.version}}
}

func (s *Server) saveDashboard(_ *http.Request, body object) (int, any) {
	board, folderUID := body["dashboard"].(object), body["folderUid"].(string)
	uid := board["uid"].(string)
	if _, ok := s.folders[folderUID]; folderUID != "" && !ok {
		return said(http.StatusBadRequest, "folder not found")
	}
	s.boards[uid] = stored{board: board, folderUID: folderUID, version: s.boards[uid].version + 1}
	return http.StatusOK, object{"status": "success", "uid": uid}
}

func (s *Server) search(r *http.Request, _ object) (int, any) {
	hits := []object{}
	for uid, found := range s.boards {
		encoded, _ := json.Marshal(found.board["tags"])
		if strings.Contains(string(encoded), `"`+r.URL.Query().Get("tag")+`"`) {
			hits = append(hits, object{"uid": uid, "title": found.board["title"], "folderTitle": s.folders[found.folderUID]["title"]})
		}
	}
	return http.StatusOK, hits
}
