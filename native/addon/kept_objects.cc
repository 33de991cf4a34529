#include "addon/kept_objects.h"

#include <utility>

namespace querl {

KeptObjects::~KeptObjects() {
  drop_returned();
  const std::lock_guard lock(returned_->mutex);
  returned_->closed = true;  // what is returned later goes with the environment
}

KeptObjects::Reachable KeptObjects::keep_reachable(napi_value object) {
  drop_returned();
  napi_ref reference = nullptr;
  if (napi_create_reference(env_, object, 1, &reference) != napi_ok) throw Napi::Error::New(env_);
  return {reference, [reference, returned = returned_] {
            const std::lock_guard lock(returned->mutex);
            if (returned->closed) return;
            returned->references.push_back(reference);
            returned->any = true;
          }};
}

void KeptObjects::drop_returned() {
  if (!returned_->any) return;
  std::vector<napi_ref> references;
  {
    const std::lock_guard lock(returned_->mutex);
    references.swap(returned_->references);
    returned_->any = false;
  }
  for (const napi_ref reference : references) napi_delete_reference(env_, reference);
}

}  // namespace querl
