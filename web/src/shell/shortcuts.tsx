// `?`: the keys that work on this page, by group. Not for: binding them (useKeys).
import { useBindings } from '@/lib/keyboard';
import { Dialog } from '@/ui/dialog';
import { Keys } from '@/ui/kbd';
import { shortcutsOpen } from './open';

export function Shortcuts() {
  const shown = shortcutsOpen.use();
  const bindings = useBindings();
  const groups = Map.groupBy(
    bindings.filter((binding, index) => bindings.findLastIndex((other) => other.keys === binding.keys) === index),
    (binding) => binding.group,
  );
  return (
    <Dialog
      className="max-w-160"
      description="On this page. Single letters can be switched off in the user menu."
      onOpenChange={shortcutsOpen.set}
      open={shown}
      title="Keyboard shortcuts"
    >
      <div className="columns-2 gap-8 text-sm narrow:columns-1">
        {[...groups].map(([group, members]) => (
          <section className="mb-4 break-inside-avoid" key={group}>
            <h3 className="mb-1 text-xs font-medium text-ink-3">{group}</h3>
            <ul>
              {members.map((binding) => (
                <li className="flex min-h-7 items-center justify-between gap-4" key={binding.keys}>
                  {binding.label}
                  <Keys keys={binding.keys} />
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
