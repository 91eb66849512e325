insert into :table ("hash", "created_at", "name") values (:hash, :when, :name)
