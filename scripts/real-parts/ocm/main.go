// Command upstream-rights prints, as YAML, the service accounts and rights that upstream's operators give the hub's
// controllers ("hub") or the agents of a cluster ("cluster"): the manifests of the module, with the operators' defaults.
package main

import (
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
	"text/template"

	operatorv1 "open-cluster-management.io/api/operator/v1"
	"open-cluster-management.io/ocm/manifests"
)

// agents is what the manifests of a klusterlet ask for.
type agents struct {
	KlusterletName, KlusterletNamespace, AgentNamespace string
	RegistrationServiceAccount, WorkServiceAccount      string
	ManagedClusterRoleArn                               string
	InstallMode                                         operatorv1.InstallMode
	RegistrationDriver                                  struct{ AuthType string }
	Labels                                              map[string]string
	DisableAddonNamespace                               bool
}

func main() {
	var err error
	switch strings.Join(os.Args[1:], " ") {
	case "hub":
		err = render(manifests.ClusterManagerManifestFiles, isHubRights, manifests.HubConfig{
			ClusterManagerName:      "cluster-manager",
			ClusterManagerNamespace: "open-cluster-management-hub",
			OperatorNamespace:       "open-cluster-management",
			WorkControllerEnabled:   true,
		})
	case "cluster":
		err = render(manifests.KlusterletManifestFiles, isAgentRights, agents{
			KlusterletName:             "klusterlet",
			KlusterletNamespace:        "open-cluster-management-agent",
			AgentNamespace:             "open-cluster-management-agent",
			RegistrationServiceAccount: "klusterlet-registration-sa",
			WorkServiceAccount:         "klusterlet-work-sa",
			InstallMode:                operatorv1.InstallModeDefault,
		})
	default:
		err = fmt.Errorf("usage: upstream-rights hub|cluster")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func isHubRights(file string) bool {
	switch path.Dir(file) {
	case "cluster-manager/hub/registration", "cluster-manager/hub/placement", "cluster-manager/hub/work":
		return isRights(file) && !strings.Contains(file, "webhook")
	}
	return false
}

func isAgentRights(file string) bool { return isRights(file) }

func isRights(file string) bool {
	name := strings.TrimSuffix(path.Base(file), ".yaml")
	return strings.Contains(name, "role") || strings.HasSuffix(name, "serviceaccount")
}

func render(files embed.FS, wanted func(string) bool, values any) error {
	return fs.WalkDir(files, ".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !wanted(file) {
			return err
		}
		text, err := files.ReadFile(file)
		if err != nil {
			return err
		}
		parsed, err := template.New(file).Parse(string(text))
		if err != nil {
			return err
		}
		fmt.Println("---")
		return parsed.Execute(os.Stdout, values)
	})
}
