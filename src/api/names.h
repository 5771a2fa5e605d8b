/** Names as people write them against variables and elements of a resolved model. */
#ifndef DTN_API_NAMES_H
#define DTN_API_NAMES_H

#include "model/model.h"

/** A scalar, one element of an array, or a whole array. */
typedef struct dtn_target {
    uint32_t var, element;
    bool is_whole; /* an array named without subscripts */
} dtn_target;

typedef enum dtn_target_fault {
    DTN_TARGET_FOUND,
    DTN_TARGET_NO_VARIABLE,
    DTN_TARGET_BAD_SUBSCRIPTS /* out->var is set */
} dtn_target_fault;

/** "name" or "name[a,b]", in any spelling with the same key. */
dtn_target_fault dtn_target_find(dtn_arena *arena, const dtn_model *model, const char *name,
                                 dtn_target *out);

/** "name[a,b]" as the model writes it, or of keys; a scalar's name alone. In the arena. */
const char *dtn_element_name(dtn_arena *arena, const dtn_model *model, uint32_t var,
                             uint32_t element);
const char *dtn_element_key(dtn_arena *arena, const dtn_model *model, uint32_t var,
                            uint32_t element);

#endif
