/** Documents' causal maps and stances for people: on the terminal, as a section of the report, as
 *  a page of their own. Quotations come from the documents that the user gave, at run time.
 */
#ifndef DTN_REPORT_MAPS_H
#define DTN_REPORT_MAPS_H

#include "views/maps.h"
#include "report/prose.h"

/** For the terminal, `width` columns wide; `all`: every sentence, every link. NULL: out of memory.
 *  Free with dtn_free. */
char *dtn_maps_text(const dtn_maps *maps, bool all, bool color, size_t width);
/** The section of a page; `out` is an HTML text. Nothing for NULL. */
void dtn_page_maps(dtn_prose *out, const dtn_maps *maps);
/** The section as a page of its own, whole or not at all. Errors: DTN_E_IO (7xx), DTN_E_MEMORY. */
dtn_status dtn_maps_write_page(const dtn_maps *maps, const char *path, dtn_diags *diags);

/* ---- Wording, for both (words_maps.c) ---- */

/** A concept's name in the case; its id without '_' where the case has none. */
void dtn_say_concept(dtn_prose *out, const dtn_case *c, const char *id);
/** "Raise the cost and compel it (80 %)"; answers within 5 % of the first stand beside it. */
void dtn_say_held(dtn_prose *out, const dtn_hypothesis *h, const double *weights);
/** What a document was read to hold; "rules out" with what it denies, where it argues for no answer. Not for open ones. */
void dtn_say_read(dtn_prose *out, const dtn_hypothesis *h, const dtn_read_stance *stance);
/** Names of the courses in a label, "velmar=talks;ostra=open_port": "Talks, Open the port"; what the case lacks as it stands. */
void dtn_say_courses(dtn_prose *out, const dtn_case *c, const char *label);
/** What the view by hand says: "left open", or the same as above. */
void dtn_say_by_hand(dtn_prose *out, const dtn_hypothesis *h, const dtn_stance *hand);
/** Why what was read differs from what was written by hand. */
const char *dtn_word_of_reason(dtn_map_reason reason);
/** What the model says between two concepts: "+", "only through other factors". */
const char *dtn_word_of_model(dtn_model_says says);
/** "+", "-" (a true minus in HTML) or "?"; `denied`: "not +". */
void dtn_say_sign(dtn_prose *out, int sign, bool denied);
/** The same of all that a document claims of a link: "not +" where it only denies. */
void dtn_say_link_sign(dtn_prose *out, const dtn_map_link *link);
/** ", hedged; the army says": how a claim is made; nothing where it is the author's plain word. */
void dtn_say_manner(dtn_prose *out, bool hedged, const char *speaker);
/** "12", "10 to 15", "at least 30", "at most 50" dead. */
void dtn_say_toll(dtn_prose *out, const dtn_toll *toll);
/** "ASSAULT, PAK on AFG, 2025-10-11": what is known of an event. */
void dtn_say_event(dtn_prose *out, const dtn_event *event);
/** How well claims like these were read where that was measured. */
extern const char dtn_maps_caution[];

#endif
