# What is counted by week: each death once, "at least" without a most, the dead of a battle by who they are, one agreement
# once, regions of the world without a case; advice and offers as what they are.
cat > a.txt <<'END'
Date: 10 October 2025

Malian soldiers fought rebels near Gao on 3 October 2025, and 40 fighters were killed in the battle.

On 7 October 2025 a bomber killed at least 12 people at a mosque in the Kidal region. The army carried out strikes on 8 October 2025 after the bomber killed 12 people.

Clashes between the army and rebels killed nine people on 9 October 2025.

Mali and Niger signed a ceasefire agreement in Algiers on 9 October 2025.

A blast in Kabul on 6 October 2025 killed nine policemen and wounded 20.
END
detente read a.txt --ledger l.db -q -o /dev/null
for table in weekly_deaths weekly_events weekly_regions; do detente read --ledger l.db --export $table; done
cat > b.txt <<'END'
Chad must not attack Sudan. The government ought to stop air strikes so as to protect civilians. Qatar offered to mediate between Sudan and Chad. Sudan was invaded by Chad. Rebels shelled villages.
Clashes between Chadian troops and the Sudanese army killed nine people. Talks between Sudan and Chad, hosted by Qatar, ended in June 2025. Rebels killed 33333333333333333333333 soldiers. The foreign ministers of Chad and Niger met in Doha.
END
detente read b.txt -q | python3 -c '
import json, sys
for e in map(json.loads, sys.stdin):
    if e["kind"] == "event":
        print(e["type"], e["cameo"], e["source"], e["target"], e["modality"])'
