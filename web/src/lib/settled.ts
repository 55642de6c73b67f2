// A value once it has stayed the same for a moment: for requests that follow what is typed. Not for: searches in the URL.
import { useEffect, useState } from 'react';

export function useSettled<T>(value: T, ms = 300): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}
