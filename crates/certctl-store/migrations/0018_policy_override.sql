-- What a certificate has in place of values of its renewal policy; NULL: nothing.
ALTER TABLE certificates ADD COLUMN policy_override {JSON};
