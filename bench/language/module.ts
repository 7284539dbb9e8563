/** A module of so many placements, none like another: eight lines each. */
export function moduleOf(placements: number): string {
  const one = (at: number) => `/// Placement ${at}: clusters for team ${at % 17}.
placement team-${at} {
  from:  [fleet-a, fleet-b]
  where: cluster.env == prod && cluster.region in ["eu-${at % 9}", "us-${at % 7}"]
      && (!has(cluster.tier) || cluster.tier != bronze)
  take:  ${1 + (at % 20)}
}
`;
  const head = `namespace bench
fleet {
  env:    prod | stage | dev
  region: string from claim "region.open-cluster-management.io"
  tier?:  gold | silver | bronze
}
clusterset fleet-a { members: exclusive }
clusterset fleet-b { members: exclusive }
namespace bench { bind: [fleet-a, fleet-b] }
`;
  return `${head}\n${Array.from({ length: placements }, (_, at) => one(at)).join('\n')}`;
}

/** How many placements make ten thousand lines. */
export const tenThousandLines = 1250;

/** Rego of about so many rules, which say of clusters what the placements do. */
export function regoOf(rules: number): string {
  const one = (at: number) => `team_${at} contains cluster.name if {
	some cluster in input.clusters
	cluster.env == "prod"
	cluster.region in {"eu-${at % 9}", "us-${at % 7}"}
	not cluster.tier == "bronze"
}
`;
  const head = 'package bench\n\nimport rego.v1\n';
  return `${head}\n${Array.from({ length: rules }, (_, at) => one(at)).join('\n')}`;
}
