// What lies over a page and is not needed for its first picture: shortcuts, and signing in again.
import { Shortcuts } from './shortcuts';
import { SignInAgain } from './sign-in-again';

export function Overlays() {
  return (
    <>
      <Shortcuts />
      <SignInAgain />
    </>
  );
}
