/* Built without LLVM: there is no generated code, everything runs on the interpreter. */
#include "jit/jit.h"

#include <stddef.h>

bool dtn_jit_is_built(void) { return false; }

dtn_status dtn_jit_new(const dtn_program *program, dtn_isa isa, uint32_t n_thread, dtn_jit **out)
{
    (void)program;
    (void)isa;
    (void)n_thread;
    (void)out;
    return DTN_E_NOT_FOUND;
}

/* Nothing below is ever reached: no code, no frame. */
void dtn_jit_delete(dtn_jit *jit) { (void)jit; }
uint32_t dtn_jit_pitch(const dtn_jit *jit) { return jit ? DTN_LANE_PAD : 0; }
uint32_t dtn_jit_slots(const dtn_jit *jit) { return jit ? 1 : 0; }
uint32_t dtn_jit_group(const dtn_jit *jit) { return jit ? DTN_LANE_PAD : 0; }
bool dtn_jit_has_steps(const dtn_jit *jit)
{
    (void)jit;
    return false;
}
double dtn_jit_seconds(const dtn_jit *jit)
{
    (void)jit;
    return 0;
}

dtn_jit_frame *dtn_jit_frame_new(const dtn_jit *jit)
{
    (void)jit;
    return NULL;
}

void dtn_jit_frame_delete(dtn_jit_frame *frame) { (void)frame; }

void dtn_jit_constants_changed(dtn_jit_frame *frame) { (void)frame; }

void dtn_jit_eval(const dtn_jit *jit, dtn_jit_frame *frame, const dtn_machine *m, double time,
                  double step_time)
{
    (void)jit;
    (void)frame;
    (void)m;
    (void)time;
    (void)step_time;
}

void dtn_jit_steps(const dtn_jit *jit, dtn_jit_frame *frame, const dtn_machine *m, uint32_t n_step,
                   bool evaluated, bool looks, dtn_jit_flag_fn flag, void *flag_ctx)
{
    (void)jit;
    (void)frame;
    (void)m;
    (void)n_step;
    (void)evaluated;
    (void)looks;
    (void)flag;
    (void)flag_ctx;
}
